"""The dossier: complete, exact to the cent, the same to the byte, and silent about help."""

import csv
import hashlib
import io
import json
import zipfile
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.arrears_handover_dossier import to_csv
from .common import DAY
from .handover_common import HandoverCommon

SECRET = "Helped by Stadsbank"


@tagged("post_install", "-at_install")
class TestDossier(HandoverCommon):
    def files_of(self, dossier):
        with zipfile.ZipFile(io.BytesIO(dossier.attachment_id.raw)) as archive:
            self.assertIsNone(archive.testzip())
            return {name: archive.read(name) for name in archive.namelist()}

    def rows_of(self, content):
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    def test_every_file_and_every_cent(self):
        self.company.arrears_interest = "everybody"
        self.company.arrears_interest_account_id = self.company.arrears_fee_account_id
        policies = self.policy | self.make_policy(
            line_of_business="motor", licence_plate="GB-123-K"
        )
        day = self.make_ready(policies, amount=145.0)
        case = self.items_of(policies).case_id
        self.pay_invoice(case.item_ids[0].move_id, day, 20.0)
        self.send("final_notice", day, policies)
        day += 40 * DAY
        other = self.make_policy(partner_id=self.make_customer("=cmd|A. Bakker").id)
        self.make_ready(other)
        handover = self.prepare(case, day=day)
        handover.with_user(self.manager).approve(day)
        handover.hand_over(day)
        dossier = handover._make_dossier(day)
        files = self.files_of(dossier)
        letters = [name for name in files if name.startswith("letters/")]
        self.assertEqual(len(letters), 3)
        expected = {
            "summary.pdf",
            "proofs.csv",
            "ledger.csv",
            "history.csv",
            "dossier.csv",
            "dossier.json",
            "SHA256SUMS",
        }
        self.assertEqual({*files} - {*letters}, expected)
        for line in files["SHA256SUMS"].decode().splitlines():
            found, path = line.split("  ")
            self.assertEqual(found, hashlib.sha256(files[path]).hexdigest())
        self.assertEqual(dossier.file_hash, hashlib.sha256(dossier.attachment_id.raw).hexdigest())
        self.check_sums(handover, files)
        self.check_letters(handover, files)
        for content in files.values():
            self.assertNotIn(b"Bakker", content)

    def test_no_formula_hides_in_a_table(self):
        content = to_csv(["a", "b", "c", "d"], [["=1+1", "+31 6 12", "-45.00", "@x"]]).decode()
        self.assertEqual(content.splitlines()[1], "'=1+1;+31 6 12;-45.00;'@x")

    def check_sums(self, handover, files):
        rows = self.rows_of(files["dossier.csv"])
        total = Decimal(str(handover.case_id.amount_due)).quantize(Decimal("0.01"))
        self.assertGreater(handover.amount_interest, 0)
        self.assertEqual(sum(Decimal(row["amount_handed_over"]) for row in rows), total)
        self.assertEqual(sum(Decimal(row["amount_open"]) for row in rows), total)
        self.assertEqual(sum(Decimal(row["amount"]) - Decimal(row["paid"]) for row in rows), total)
        ledger = self.rows_of(files["ledger.csv"])
        self.assertEqual(Decimal(ledger[-1]["balance"]), total)
        debit = sum(Decimal(row["debit"]) for row in ledger)
        credit = sum(Decimal(row["credit"]) for row in ledger)
        self.assertEqual((debit - credit, credit), (total, Decimal("20.00")))
        self.assertEqual([r["day"] for r in ledger], sorted(r["day"] for r in ledger))
        told = json.loads(files["dossier.json"])
        self.assertEqual(sum(Decimal(row["amount_open"]) for row in told), total)
        self.assertEqual(told[0]["debtor"], "J. de Vries")
        self.assertEqual(told[0]["creditor"], "Verzekeraar Noord")

    def check_letters(self, handover, files):
        proofs = self.rows_of(files["proofs.csv"])
        for row in proofs:
            self.assertIn(row["file"], files)
            self.assertTrue(row["received_on"])
        formal = next(row for row in proofs if row["kind"] == "formal_notice")
        self.assertIn("145", files[formal["file"]].decode())
        self.assertTrue(formal["last_day"])
        events = [row["event"] for row in self.rows_of(files["history.csv"])]
        self.assertEqual((events[0], events[-1]), ("Case opened", "Hand-over"))
        self.assertIn("Fee booked", events)

    def test_the_same_content_gives_the_same_file(self):
        handover, day = self.hand_over()
        first = handover._make_dossier(day)
        content = first.attachment_id.raw
        same = self.files_of(handover._make_dossier(day))
        one = self.files_of(first)
        self.assertEqual([n for n in one if one[n] != same[n]], [])
        self.assertEqual(handover._make_dossier(day), first, "nothing has changed")
        self.assertEqual(handover.sudo().dossier_ids, first)
        files = handover._as_dossier_service()._get_dossier_files(day)
        again = handover._as_dossier_service()._get_dossier_files(day)
        self.assertEqual(files, again)
        self.pay_invoice(handover.case_id.item_ids.move_id, day + DAY, 20.0)
        later = handover._make_dossier(day + DAY)
        self.assertNotEqual(later, first)
        self.assertEqual(first.attachment_id.raw, content)
        [row, *_rest] = self.rows_of(self.files_of(later)["dossier.csv"])
        self.assertEqual((row["amount_handed_over"], row["amount_open"]), ("45.00", "25.00"))

    def test_nothing_of_debt_help_illness_or_what_was_typed(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        self.env["arrears.hold"].create(
            {
                "case_id": case.id,
                "kind": "debt_help",
                "start": day,
                "end": day + DAY,
                "reason": SECRET,
            }
        )
        call = self.env["arrears.phone.call"].create({"case_id": case.id, "note": SECRET})
        call.record("needs_help", day)
        # A call does not name a private hold.
        self.env["arrears.hold"].search([("case_id", "=", case.id)]).end = day + DAY
        self.waive(case.fee_ids, day, SECRET)
        day += 20 * DAY
        handover = self.prepare(case, day=day)
        self.assertEqual(handover.state, "proposed", str(handover._get_checklist(day)))
        handover.with_user(self.manager).approve(day)
        handover.hand_over(day)
        service = handover._as_dossier_service()
        page = service._render_summary(day, {})
        files = self.files_of(handover._make_dossier(day))
        for name, content in [*files.items(), ("page", page.encode())]:
            for word in (b"Stadsbank", b"debt_help", b"Debt help", b"Needs help", b"Phone call"):
                self.assertNotIn(word, content, name)

    def test_the_page_has_what_the_decree_asks(self):
        self.agency.lang = "nl_NL"
        handover, day = self.hand_over()
        page = self.text_of_html(handover._as_dossier_service()._render_summary(day, {}))
        for part in (
            "J. de Vries Dorpsstraat 12",
            "Verzekeraar Noord",
            "Incasso Oost",
            "WKI-0002",
            self.policy.name,
            "€ 45,00",
            "€ 40,00",
            "€ 85,00",
            handover.case_id.item_ids.reference,
        ):
            self.assertIn(part, page.replace("\N{NO-BREAK SPACE}", " "))

    def test_made_in_the_background_once(self):
        handover, day = self.hand_over()
        self.assertFalse(handover.sudo().dossier_ids)
        crons = self.env["arrears.handover"].sudo()
        self.assertEqual(crons._search_dossiers_to_make(), handover.sudo())
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_handover_dossiers").method_direct_trigger()
        self.assertEqual(handover.sudo().dossier_ids.day, day)
        self.assertFalse(crons._search_dossiers_to_make())

    def test_only_who_handles_arrears_reads_it_and_nobody_changes_it(self):
        handover, day = self.hand_over()
        dossier = handover._make_dossier(day)
        file = dossier.attachment_id
        self.assertTrue(file.with_user(self.handler).raw)
        with self.assertRaises(AccessError):
            file.with_user(self.reader).read(["raw"])
        with self.assertRaises(AccessError):
            handover.with_user(self.reader).action_dossier()
        with self.assertRaisesRegex(UserError, "proof"):
            file.sudo().write({"raw": b"other"})
        with self.assertRaisesRegex(UserError, "evidence"):
            dossier.sudo().unlink()
