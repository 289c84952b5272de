/* Names for what unfold and select2 leave without one; pages work without it. */
"use strict";
{
    const named = (element, name) => {
        if (element && name && !element.hasAttribute("aria-label")) {
            element.setAttribute("aria-label", name);
        }
    };

    const labelOf = (select) => {
        const label = select.labels?.[0];
        return label ? label.textContent.replace("*", "").trim() : select.getAttribute("aria-label");
    };

    // A select that searches is hidden behind elements of select2's, which name
    // themselves after the chosen row alone: nobody hears what it is the row of.
    const nameSearch = (container) => {
        const select = container.previousElementSibling;
        if (select?.tagName !== "SELECT") {
            return;
        }
        const name = labelOf(select) ?? "Search";
        const box = container.querySelector("[role=combobox]");
        const shown = container.querySelector("[role=textbox]");
        for (const element of [box, shown]) {
            if (element?.hasAttribute("aria-labelledby")) {
                element.removeAttribute("aria-labelledby");
            }
            const chosen = shown?.getAttribute("title");
            element?.setAttribute("aria-label", chosen ? `${name}: ${chosen}` : name);
        }
        // Select2 says what belongs to an open one by an older word alone.
        const list = box?.getAttribute("aria-owns");
        if (list) {
            box.setAttribute("aria-controls", list);
        } else {
            box?.removeAttribute("aria-controls");
        }
        named(container.querySelector(".select2-search__field"), name);
    };

    // Of a date and its time, and of a search, the label stands somewhere around.
    const PARTS = { 0: "date", 1: "time" };
    const nameInput = (input) => {
        if (input.labels?.length || input.hasAttribute("aria-labelledby")) {
            return;
        }
        let around = input.parentElement;
        while (around && !around.querySelector("label") && around.tagName !== "FORM") {
            around = around.parentElement;
        }
        const label = around?.querySelector("label")?.textContent.replace("*", "").trim();
        const part = PARTS[input.name.split("_").pop()];
        named(input, label && part ? `${label}, ${part}` : (label ?? "Search"));
    };

    const nameAll = () => {
        document.querySelectorAll("input[type=text]").forEach(nameInput);
        document.querySelectorAll("select + .select2-container").forEach(nameSearch);
        document.querySelectorAll(".select2-search__field").forEach((field) => named(field, "Search"));
    };

    // What unfold's icons without words do, by the words of which they are drawn.
    const ICONS = {
        close: "Close the menu",
        computer: "Light or dark: as the system",
        dark_mode: "Light or dark: dark",
        dock_to_right: "Show or hide the menu",
        light_mode: "Light or dark: light",
        more_vert: "Look at the row, or add one",
    };
    const CLICKS = ["x-on:click", "x-on:click.prevent", "@click"];
    const FOCUSED = "a[href], button, input, select, textarea, summary, [tabindex]";

    const isClicked = (element) => CLICKS.some((name) => element.hasAttribute(name));

    // What only a mouse could click is a button to the keyboard, too.
    const giveToKeyboard = () => {
        for (const element of document.querySelectorAll("a, div, span")) {
            if (!isClicked(element) || element.matches(FOCUSED) || !element.textContent.trim()) {
                continue;
            }
            element.setAttribute("role", "button");
            element.setAttribute("tabindex", "0");
            element.removeAttribute("aria-hidden");
            named(element, ICONS[element.textContent.trim()]);
            element.addEventListener("keydown", (event) => {
                if (event.target === element && ["Enter", " "].includes(event.key)) {
                    event.preventDefault();
                    element.click();
                }
            });
        }
    };

    // The words of which icons are drawn are not to be read out beside a name.
    const hideIcons = () => {
        for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
            const around = icon.parentElement;
            const isAlone = around.textContent.trim() === icon.textContent.trim();
            if (!isClicked(icon) && (!isAlone || around.hasAttribute("aria-label"))) {
                icon.setAttribute("aria-hidden", "true");
            }
        }
    };

    // Unfold writes the name of a chosen file into the text beside it, and breaks where
    // there is none: it passes over inputs that it takes for its own already.
    const passOverFiles = () => {
        for (const input of document.querySelectorAll("input[type=file]")) {
            const around = input.parentNode.parentNode?.parentNode;
            input.hasChangeListener ||= !around?.querySelector("input[type=text]");
        }
    };

    window.addEventListener("load", () => {
        passOverFiles();
        document.getElementById("content")?.setAttribute("role", "main");
        giveToKeyboard();
        hideIcons();
        nameAll();
        new MutationObserver(nameAll).observe(document.body, {
            childList: true,
            subtree: true,
        });
    });
}
