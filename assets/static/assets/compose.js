"use strict";

// Puts a consist together in the browser: members are moved where they stand, by drag
// and drop or by keyboard, and the page's preview is asked what stands against them.
// Without this script every button posts the form, and the server moves the members.
(() => {
  const form = document.getElementById("compose");
  if (!form) {
    return;
  }
  const list = document.getElementById("compose-members");
  const term = document.getElementById("compose-term");
  const said = document.getElementById("compose-said");
  const count = document.getElementById("compose-count");
  // What an answer must be about to be of use still.
  let latest = 0;
  let timer = 0;
  let isChanged = Boolean(form.dataset.isChanged);
  let isLeaving = false;
  // The row in hand, the order before it was taken up, and where the pointer is.
  let held = null;
  let before = [];
  let pointer = null;

  const rows = () => [...list.children];
  const handleOf = (row) => row.querySelector(".compose-handle");
  const say = (text) => {
    said.textContent = text;
  };
  const placeOf = (row) =>
    `${row.dataset.label}: place ${rows().indexOf(row) + 1} of ${rows().length}.`;

  const reveal = (root) => {
    for (const one of root.querySelectorAll("[data-with-script]")) {
      one.hidden = false;
    }
  };

  const number = () => {
    const all = rows();
    all.forEach((row, index) => {
      row.querySelector(".compose-position").textContent = index + 1;
      const [up, down] = row.querySelectorAll(".compose-icon");
      up.toggleAttribute("aria-disabled", false);
      down.toggleAttribute("aria-disabled", false);
      if (index === 0) {
        up.setAttribute("aria-disabled", "true");
      }
      if (index === all.length - 1) {
        down.setAttribute("aria-disabled", "true");
      }
    });
  };

  // The preview ------------------------------------------------------------------------

  const changed = () => {
    isChanged = true;
    number();
    askSoon("look");
  };

  const askSoon = (act) => {
    latest += 1;
    clearTimeout(timer);
    timer = setTimeout(() => ask(act), 250);
  };

  const ask = async (act) => {
    clearTimeout(timer);
    latest += 1;
    const asked = latest;
    const body = new FormData(form);
    body.set("act", act);
    const sent = new Set(body.getAll("member").map((one) => one.split(".")[0]));
    let part = null;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body });
      if (answer.ok && !answer.redirected) {
        part = new DOMParser().parseFromString(await answer.text(), "text/html");
      }
    } catch {
      part = null;
    }
    if (!part?.getElementById("compose-members")) {
      count.textContent = "The remarks could not be read anew; saving looks again.";
      say(count.textContent);
      return null;
    }
    const added = adopt(part, sent);
    if (asked === latest) {
      refresh(part);
    } else if (added.length) {
      askSoon("look");
    }
    return added;
  };

  // Takes over the rows that the server has added to those that were sent.
  const adopt = (part, sent) => {
    const here = new Set(rows().map((row) => row.dataset.member));
    const added = [...part.querySelectorAll(".compose-row")].filter(
      ({ dataset }) => !sent.has(dataset.member) && !here.has(dataset.member),
    );
    list.append(...added);
    if (added.length) {
      isChanged = true;
      reveal(list);
      number();
    }
    return added;
  };

  const refresh = (part) => {
    for (const id of ["compose-found", "compose-told", "compose-count"]) {
      const fresh = part.getElementById(id);
      document.getElementById(id).replaceChildren(...fresh.childNodes);
    }
    const fresh = new Map(
      [...part.querySelectorAll(".compose-row")].map((row) => [row.dataset.member, row]),
    );
    for (const row of rows()) {
      const notes = fresh.get(row.dataset.member)?.querySelector(".compose-notes");
      if (notes) {
        row.querySelector(".compose-notes").replaceWith(notes);
        row.className = fresh.get(row.dataset.member).className;
        row.classList.toggle("compose-held", row === held);
      }
    }
    document.getElementById("compose-empty")?.toggleAttribute("hidden", rows().length);
  };

  const find = async () => {
    await ask("find");
    const found = document.querySelectorAll(".compose-result").length;
    say(term.value.trim() ? `${found} found.` : "");
  };

  const add = async (act) => {
    const buttons = [...document.querySelectorAll(".compose-result button")];
    const at = buttons.findIndex((one) => one.value === act);
    const added = await ask(act);
    if (!added) {
      return;
    }
    const left = document.querySelectorAll(".compose-result button");
    (left[Math.min(at, left.length - 1)] ?? term).focus();
    const told = document.getElementById("compose-told").textContent;
    const remarks = added.flatMap((row) => [
      ...list.querySelectorAll(
        `[data-member="${row.dataset.member}"] .compose-notes li`,
      ),
    ]);
    say([told, ...remarks.map((one) => one.textContent)].join(" ").trim());
  };

  // Moves ------------------------------------------------------------------------------

  // The neighbour goes around the row, which so keeps the focus and the pointer.
  const step = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) {
      return false;
    }
    list.insertBefore(other, by < 0 ? row.nextElementSibling : row);
    return true;
  };

  const move = (row, by, isFar = false) => {
    let isMoved = step(row, by);
    while (isMoved && isFar && step(row, by));
    if (isMoved) {
      changed();
    }
    row.scrollIntoView({ block: "nearest" });
    say(placeOf(row));
  };

  const remove = (key) => {
    const all = rows();
    const gone = all.filter(
      ({ dataset }) => dataset.member === key || dataset.unit === key,
    );
    if (!gone.length) {
      return;
    }
    const at = all.indexOf(gone[0]);
    gone.forEach((row) => row.remove());
    changed();
    const next = rows()[Math.min(at, rows().length - 1)];
    (next?.querySelector('[value^="remove:"]') ?? term).focus();
    say(`Removed ${gone.map((row) => row.dataset.label).join(", ")}.`);
  };

  const take = (row) => {
    held = row;
    before = rows();
    row.classList.add("compose-held");
    handleOf(row).setAttribute("aria-pressed", "true");
  };

  const put = () => {
    held.classList.remove("compose-held");
    handleOf(held).setAttribute("aria-pressed", "false");
    held = null;
    pointer = null;
  };

  const putBack = () => {
    const row = held;
    put();
    list.append(...before);
    changed();
    handleOf(row).focus();
    say(`Put back. ${placeOf(row)}`);
  };

  // By keyboard ------------------------------------------------------------------------

  const WAYS = {
    ArrowUp: [-1, false],
    ArrowDown: [1, false],
    Home: [-1, true],
    End: [1, true],
  };

  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(".compose-row");
    if (event.key === "Escape" && held) {
      event.preventDefault();
      putBack();
      return;
    }
    const way = WAYS[event.key];
    const isHandle = event.target.closest(".compose-handle");
    if (!row || !way || !(event.altKey || isHandle)) {
      return;
    }
    event.preventDefault();
    if (event.altKey || row === held) {
      move(row, ...way);
      return;
    }
    const all = rows();
    const [by, isFar] = way;
    const at = all.indexOf(row) + (isFar ? by * all.length : by);
    handleOf(all[Math.max(0, Math.min(at, all.length - 1))]).focus();
  });

  list.addEventListener("click", (event) => {
    const handle = event.target.closest(".compose-handle");
    // A click of a pointer has a count of its clicks; one by keyboard has none.
    if (!handle || event.detail) {
      return;
    }
    const row = handle.closest(".compose-row");
    if (held === row) {
      put();
      say(`Put down. ${placeOf(row)}`);
      return;
    }
    take(row);
    say(`Taken up. ${placeOf(row)} Arrows move it, Escape puts it back.`);
  });

  list.addEventListener("focusout", () => {
    if (held && !pointer) {
      put();
    }
  });

  // By pointer -------------------------------------------------------------------------

  const EDGE = 48;
  // Pointers stand on whole pixels, the middles of rows do not.
  const NEAR = 2;

  const middleOf = (row) => {
    const { top, height } = row.getBoundingClientRect();
    return top + height / 2;
  };

  // Moves the row in hand to where the pointer is; tells whether it had to.
  const settle = (y) => {
    let isMoved = false;
    const next = () => held.nextElementSibling;
    const previous = () => held.previousElementSibling;
    while (next() && y >= middleOf(next()) - NEAR) {
      isMoved = step(held, 1);
    }
    while (previous() && y <= middleOf(previous()) + NEAR) {
      isMoved = step(held, -1);
    }
    return isMoved;
  };

  const follow = () => {
    if (!held || !pointer) {
      return;
    }
    const { y } = pointer;
    if (y < EDGE) {
      window.scrollBy(0, -8);
    } else if (y > window.innerHeight - EDGE) {
      window.scrollBy(0, 8);
    }
    if (settle(y)) {
      number();
    }
    requestAnimationFrame(follow);
  };

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".compose-handle");
    if (!handle || event.button || held) {
      return;
    }
    event.preventDefault();
    handle.focus();
    take(handle.closest(".compose-row"));
    pointer = { id: event.pointerId, y: event.clientY };
    requestAnimationFrame(follow);
  });

  document.addEventListener("pointermove", (event) => {
    if (pointer?.id === event.pointerId) {
      pointer.y = event.clientY;
    }
  });

  document.addEventListener("pointerup", (event) => {
    if (pointer?.id !== event.pointerId) {
      return;
    }
    // The row may not have followed the pointer all the way yet.
    settle(event.clientY);
    const row = held;
    const isMoved = rows().some((one, index) => one !== before[index]);
    put();
    if (isMoved) {
      changed();
      say(placeOf(row));
    }
  });

  document.addEventListener("pointercancel", (event) => {
    if (pointer?.id === event.pointerId) {
      putBack();
    }
  });

  // The form ---------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value ?? "find";
    const [what, key] = act.split(":");
    const row = key && list.querySelector(`[data-member="${CSS.escape(key)}"]`);
    if (what === "up" || what === "down") {
      event.preventDefault();
      move(row, what === "up" ? -1 : 1);
    } else if (what === "remove") {
      event.preventDefault();
      remove(key);
    } else if (what === "add") {
      event.preventDefault();
      add(act);
    } else if (what === "find") {
      event.preventDefault();
      find();
    } else if (isLeaving) {
      // Saved twice by a double click, a new group would be two.
      event.preventDefault();
    } else {
      isLeaving = true;
    }
  });

  let typing = 0;
  term.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(find, 300);
  });

  form.addEventListener("input", (event) => {
    isChanged ||= event.target !== term;
  });

  // The inputs that search tell of a choice through the admin's own library only, and
  // of one that nobody has made when they come to life.
  const chosen = () => [...form.querySelectorAll("select")].map((one) => one.value).join();
  let last = chosen();
  window.django?.jQuery?.(form).on("change", "select", () => {
    if (chosen() !== last) {
      last = chosen();
      isChanged = true;
      askSoon("look");
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (isChanged && !isLeaving) {
      event.preventDefault();
    }
  });

  // A page that the browser's back button brings back may be saved again.
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });

  reveal(form);
  // What the server answers to a save is to be read first.
  form.querySelector('[role="alertdialog"] button, [role="alert"]')?.focus();
})();
