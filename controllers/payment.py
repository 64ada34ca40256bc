"""A customer pays on the own page: everything, one premium, or one instalment."""

from odoo import http
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.portal import PaymentPortal

from .link import ROUTE
from .page import may, missing, own, own_page, show


class ArrearsPayment(PaymentPortal):
    # === THE PAGE === #

    @http.route("/my/arrears/pay/all", methods=["GET"], **ROUTE)
    @own_page
    def pay_all(self, page, /, **_params):
        """Show how to pay everything that is open and in no arrangement."""
        return self._show_payable(page, "all", page.cases.item_ids.browse())

    @http.route("/my/arrears/pay/item/<string:ident>", methods=["GET"], **ROUTE)
    @own_page
    def pay_item(self, page, /, ident="", **_params):
        """Show how to pay one premium."""
        return self._show_own(page, "item", ident)

    @http.route("/my/arrears/pay/instalment/<string:ident>", methods=["GET"], **ROUTE)
    @own_page
    def pay_instalment(self, page, /, ident="", **_params):
        """Show how to pay one instalment of an arrangement."""
        return self._show_own(page, "instalment", ident)

    def _show_own(self, page, kind, ident):
        record = own(_get_own(page, kind), ident)
        return self._show_payable(page, kind, record) if record else missing(page)

    def _show_payable(self, page, kind, record):
        payable = page.cases._get_page_payable(kind, record)
        if not payable:
            return show("page_pay_nothing", page)
        transactions = request.env["payment.transaction"].sudo()  # of this customer's own lines
        under_way = transactions._get_arrears_under_way(payable.lines)
        values = {} if under_way else self._get_form_values(page, payable)
        cases = page.cases
        return show(
            "page_pay",
            page,
            payable=payable,
            rows=cases._get_page_rows(payable.sources, page.day),
            total=cases._page_amount(payable.amount),
            part=_get_part_words(cases, payable),
            more=_has_more(cases, payable),
            bank=cases._get_page_bank(payable),
            under_way=[cases._page_amount(tx.amount) for tx in under_way],
            **values,
        )

    def _get_form_values(self, page, payable):
        """Return what Odoo's payment form asks for."""
        partner = _get_payer(page)
        providers, methods = self._get_compatible(page, payable, partner)
        tokens = request.env["payment.token"].sudo()  # the tokens of the payer only
        if not page.by_link:
            tokens = tokens._get_available_tokens(providers.ids, partner.id)
        ways = self._compute_show_tokenize_input_mapping(providers)
        amount = float(payable.amount)
        return {
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": tokens,
            # Who holds a paper need not be the customer: nothing is kept for a next time.
            "show_tokenize_input_mapping": {k: v and not page.by_link for k, v in ways.items()},
            "amount": amount,
            "currency": page.company.currency_id,
            "partner_id": partner.id,
            "transaction_route": f"{_get_route(payable)}/transaction",
            "landing_route": "/my/arrears",
            # Tells later which amount was shown on this page.
            "access_token": payment_utils.generate_access_token(
                page.debtor.id, amount, payable.path
            ),
        }

    def _get_compatible(self, page, payable, partner):
        """Return the providers of this company and the methods that can be used for it."""
        env = request.env(su=True)  # a visitor cannot read providers; their secrets are not shown
        currency = page.company.currency_id
        providers = env["payment.provider"]._get_compatible_providers(
            page.company.id, partner.id, float(payable.amount), currency_id=currency.id
        )
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, partner.id, currency_id=currency.id
        )
        return providers, methods

    # === PAY === #

    @http.route(
        "/my/arrears/pay/<string:kind>/<string:ident>/transaction",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
    )
    def pay_transaction(self, kind="", ident="", **params):
        """Start a payment; the amount is worked out here, whatever the form says.

        :return: what Odoo's form needs to go on
        :raise UserError: in words for the customer, where it cannot be
        """
        started = self._start_payment(kind=kind, ident=ident, **params)
        if not isinstance(started, dict):
            # The link has ended, or the page was closed: there is no page to answer with here.
            raise UserError(request.env._("This page was closed. Open it again from your letter."))
        return started

    @own_page
    def _start_payment(self, page, /, kind="", ident="", access_token="", **params):
        payable = _find_payable(page, kind, ident)
        if not may("payment", page):
            raise UserError(request.env._("You did this too often. Try again in an hour."))
        payable = self._check_payable(page, payable, access_token)
        self._validate_transaction_kwargs(params)
        transaction = self._create_transaction(
            **self._get_way(page, payable, params),
            amount=float(payable.amount),
            currency_id=page.company.currency_id.id,
            partner_id=_get_payer(page).id,
            landing_route="/my/arrears",
            reference_prefix=payable.reference or None,
            custom_create_values={
                # Only invoices: of an entry Odoo knows no instalments.
                "invoice_ids": [
                    Command.set(payable.lines.move_id.filtered(lambda m: m.is_invoice()).ids)
                ],
                "arrears_line_ids": [Command.set(payable.lines.ids)],
                "arrears_instalment_id": payable.instalment.id,
                "arrears_paid_on": page.day,
            },
        )
        transaction.landing_route = f"/my/arrears/paid/{transaction.id}"
        return transaction._get_processing_values()

    def _check_payable(self, page, payable, access_token):
        """Refuse a payment of what is paid, being paid, or another amount than was shown.

        Of two tabs at the same moment the second one is refused.
        """
        env = request.env
        if payable:
            try:
                payable.lines.lock_for_update()
            except LockError as error:
                raise UserError(
                    env._("Somebody is paying or changing this just now. Please try it again.")
                ) from error
            payable.lines.invalidate_recordset()
            payable = _find_payable(page, payable.kind, str(payable.key))
        if not payable:
            raise UserError(env._("Nothing is open here any more. You need not pay anything."))
        if env["payment.transaction"].sudo()._get_arrears_under_way(payable.lines):
            raise UserError(
                env._("A payment of this is under way already. Please do not pay it twice.")
            )
        seen = payment_utils.check_access_token(
            access_token, page.debtor.id, float(payable.amount), payable.path
        )
        if not seen:
            raise UserError(
                env._("The amount has changed since you opened this page. Please open it again.")
            )
        return payable

    def _get_way(self, page, payable, params):
        """Return provider, method and token, as far as this customer can use them here.

        A provider of another company would take the money for somebody else.
        """
        partner = _get_payer(page)
        providers, methods = self._get_compatible(page, payable, partner)
        flow, token_id = params.get("flow"), None
        provider = providers.filtered(lambda p: p.id == params.get("provider_id"))
        if flow == "token" and not page.by_link:
            tokens = request.env["payment.token"].sudo()  # the tokens of the payer only
            tokens = tokens._get_available_tokens(providers.ids, partner.id)
            token = tokens.filtered(lambda t: t.id == params.get("token_id"))
            token_id, provider = token.id, token.provider_id
        method = methods.filtered(lambda m: m.id == params.get("payment_method_id"))
        usable = token_id if flow == "token" else flow in ("redirect", "direct") and method
        if not provider or not usable:
            raise UserError(request.env._("You cannot pay in this way here. Choose another one."))
        return {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "token_id": token_id,
            "flow": flow,
            "tokenization_requested": bool(params.get("tokenization_requested"))
            and not page.by_link,
        }

    # === AFTER === #

    @http.route("/my/arrears/paid/<string:ident>", methods=["GET"], **ROUTE)
    @own_page
    def paid(self, page, /, ident="", **_params):
        """Tell what became of a payment, in plain words."""
        transactions = request.env["payment.transaction"].sudo()  # only the customer's own
        cases = page.cases
        owed = cases.item_ids.move_line_id | cases.fee_ids.move_line_id
        owed |= cases.interest_ids.move_line_id
        mine = transactions.search(
            [("arrears_line_ids", "in", owed.ids), ("company_id", "=", page.company.id)]
        )
        transaction = own(mine, ident)
        if not transaction:
            return missing(page)
        return show(
            "page_paid",
            page,
            state=transaction.state,
            amount=page.cases._page_amount(transaction.amount),
            reference=transaction.reference,
            arranged=bool(transaction.arrears_instalment_id),
        )


def _get_own(page, kind):
    """Return the customer's own items or instalments."""
    if kind == "instalment":
        return page.cases.arrangement_ids.instalment_ids
    return page.cases.item_ids


def _find_payable(page, kind, ident):
    """Return what is paid under an address of a transaction, or None."""
    if kind == "all":
        return page.cases._get_page_payable("all", page.cases.item_ids.browse())
    if kind not in ("item", "instalment"):
        return None
    record = own(_get_own(page, kind), ident)
    return page.cases._get_page_payable(kind, record) if record else None


def _get_route(payable):
    """Return the address of a payable with its number, also of everything."""
    return f"/my/arrears/pay/{payable.kind}/{payable.key}"


def _get_payer(page):
    """Return the contact that pays: the person who logged in, or whom the letter was sent to."""
    return page.debtor if page.by_link else request.env.user.partner_id.sudo()


def _get_part_words(cases, payable):
    """Return the number and the day of an instalment, and whether an earlier one is open."""
    part = payable.instalment
    if not part:
        return {}
    parts = part.arrangement_id.instalment_ids
    earlier = parts.filtered(lambda p: p.amount_open > 0 and p.number < part.number)
    return {
        "number": part.number,
        "count": len(parts),
        "day": cases._page_day(part.date, "EEEE d MMMM y"),
        "earlier": bool(earlier),
    }


def _has_more(cases, payable):
    """Tell whether more is open, beside one premium that is paid by itself."""
    everything = cases._get_page_payable("all", cases.item_ids.browse())
    return payable.kind == "item" and len(everything.sources) > len(payable.sources)
