"""What other systems keep, and the register only refers to (contract section 4)."""

from django.db import models


class ReferenceKind(models.TextChoices):
    """A kind of record of a service desk or an ERP."""

    CONTRACT = "contract", "contract"
    SUPPLIER = "supplier", "supplier"
    SUPPLIER_CONTRACT = "supplier_contract", "supplier contract"
    MANUFACTURER = "manufacturer", "manufacturer"
    ITEM = "item", "item"
    ITEM_STOCK = "item_stock", "item stock"
    STOCK_BIN = "stock_bin", "stock bin"
    CONSIGNMENT = "consignment", "consignment"
    SALES_ORDER = "sales_order", "sales order"
    SERVICE = "service", "service"
    ARTICLE = "article", "knowledge article"
    BUSINESS_OWNER = "business_owner", "business owner"
    TECHNICAL_OWNER = "technical_owner", "technical owner"


class BillingPeriod(models.IntegerChoices):
    """How often a contract is billed, by the numbers of the device API's lookup 11."""

    NONE = 0, "none"
    WEEKLY = 1, "weekly"
    MONTHLY = 2, "monthly"
    QUARTERLY = 3, "quarterly"
    HALF_YEARLY = 4, "half-yearly"
    YEARLY = 5, "yearly"


# A device has any number of these, and one of every other kind.
MANY = (ReferenceKind.SERVICE, ReferenceKind.ARTICLE)
