"""Many letters: printed together, each a file of its own, exactly as it would be alone."""

import base64
import io
import shutil
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from PIL import Image

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models import ir_actions_report

from ..models import letter_pages, qr_code
from ..models.arrears_notice_evidence import sha256
from .common_mail import MailStory, text_of_file
from .notice_common import DUE, MADE, NoticeCommon

LANGUAGES = {"nl_NL": "Onderwerp", "en_US": "Subject"}
# A printer program that dies of any page with this word, and then no more than that.
UNPRINTABLE = "Onafdrukbaar"
PROGRAM = """#!/bin/sh
for part in "$@"; do
  case "$part" in *.html) if grep -q {word} "$part"; then exit 3; fi ;; esac
done
exec "{real}" "$@"
"""


def layout(content):
    """Return per page of a PDF its texts, each with its place and size."""
    pages = []
    for page in PdfFileReader(io.BytesIO(content)).pages:
        found = []

        page.extract_text(visitor_text=partial(_keep, found))
        pages.append(found)
    return pages


def _keep(found, text, place, matrix, _font, size):
    if text.strip():
        x, y = matrix[4] * place[0] + place[4], matrix[5] * place[3] + place[5]
        found.append((text, round(x), round(y), round(size * place[0], 1)))


@tagged("post_install", "-at_install")
class LettersStory(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = cls.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            raise cls.skipTest(cls, "wkhtmltopdf is not installed")
        cls.notices = cls.env["arrears.notice"].sudo()

    def make_letters(self, *names, day=MADE, **values):
        """Return a queued 14-day notice by post for each name, every other one in English."""
        made = self.notices
        for number, name in enumerate(names):
            customer = self.make_customer(name, **values)
            policy = self.make_policy(partner_id=customer.id)
            lang = list(LANGUAGES)[number % 2]
            made |= self.make_notice("formal_notice", day, policy, lang, render=False)
        self.env.flush_all()
        return made

    def make_long_letter(self, name):
        """Return a notice over so many invoices that it takes a second page."""
        policy = self.make_policy(partner_id=self.make_customer(name).id)
        moves = self.env["account.move"].union(
            *(self.make_invoice(DUE, policy, post=False) for _number in range(45))
        )
        moves.action_post()
        return self.make_notice("formal_notice", MADE, policy, render=False)

    @contextmanager
    def counted_calls(self):
        """Count how often the printer program is really called."""
        reports, calls = type(self.env["ir.actions.report"]), []
        real = reports._run_wkhtmltopdf

        def run(report, bodies, **options):
            calls.append(bodies)
            return real(report, bodies, **options)

        with patch.object(reports, "_run_wkhtmltopdf", run):
            yield calls

    @contextmanager
    def weak_printer(self):
        """Let the printer program die of a page that has the word."""
        with TemporaryDirectory() as folder:
            program = Path(folder) / "wkhtmltopdf"
            program.write_text(PROGRAM.format(word=UNPRINTABLE, real=shutil.which("wkhtmltopdf")))
            program.chmod(0o755)
            found = ir_actions_report._wkhtml()._replace(bin=str(program))
            with patch.object(ir_actions_report, "_wkhtml", lambda: found):
                yield

    def alone(self, letter):
        """Return the file that this letter alone would be."""
        return self.notices._run_printer(letter._render_page())


@tagged("post_install", "-at_install")
class TestTogether(LettersStory):
    def test_each_letter_has_its_own_pages_as_if_it_were_printed_alone(self):
        letters = self.make_letters("Annemiek", "Bob", "Chantal")
        letters |= self.make_long_letter("Dirk Lang")
        letters |= self.make_letters("Edwin", "Fay")
        self.notices._get_usual_scale()
        with self.counted_calls() as calls:
            letters._deliver()
        self.assertEqual(len(calls), 1, "one call for all")
        self.assertEqual(
            [len(layout(letter.attachment_id.raw)) for letter in letters], [1, 1, 1, 2, 1, 1]
        )
        self.assertEqual(len(set(letters.mapped("lang"))), 2)
        for letter in letters:
            with self.subTest(letter.recipient_id.name):
                text = text_of_file(letter.attachment_id)
                self.assertIn(letter.name, text)
                for other in letters - letter:
                    self.assertNotIn(other.name, text)
                self.assertEqual(layout(letter.attachment_id.raw), layout(self.alone(letter)))

    def test_each_file_is_kept_in_order_with_its_hash(self):
        letters = self.make_letters("Annemiek", "Bob", "Chantal")
        letters._deliver()
        files = letters.mapped("attachment_id")
        self.assertEqual(len(files), 3)
        self.assertEqual(files.ids, sorted(files.ids))
        for letter in letters:
            self.assertEqual(letter.attachment_id.name, f"{letter.name.replace('/', '-')}.pdf")
            self.assertEqual(letter.attachment_id.res_id, letter.id)
            self.assertEqual(letter.file_hash, sha256(letter.attachment_id.raw))
            self.assertEqual(set(letter.mapped("state")), {"queued"})
        self.assertFalse(any(letters._verify().values()))
        self.assertEqual(len(letters.access_link_ids), 3)

    def test_delivering_again_makes_nothing_new(self):
        letters = self.make_letters("Annemiek", "Bob")
        letters._deliver()
        before = (letters.attachment_id, letters.mapped("file_hash"), letters.access_link_ids)
        for _again in self.run_of(MADE)._deliver_day():
            pass
        self.assertEqual(
            before, (letters.attachment_id, letters.mapped("file_hash"), letters.access_link_ids)
        )

    def test_queries_do_not_grow_with_the_letters(self):
        few, many = self.make_letters("A", "B"), self.make_letters(*"CDEFGHIJKLMN")
        self.make_letters("Warm")._deliver()
        counts = []
        for letters in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters._deliver()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertTrue(all(letters.mapped("file_hash")))
        # One of each is Odoo's own: it looks whether the account may have a payment code.
        self.assertLessEqual(counts[1] - counts[0], len(many) - len(few) + 2, counts)

    def test_a_letter_that_is_too_wide_does_not_make_the_others_smaller(self):
        letters = self.make_letters("Annemiek", "W" * 150, "Chantal")
        letters._deliver()
        sizes = [{size for *_text, size in layout(f.raw)[0]} for f in letters.attachment_id]
        self.assertEqual(sizes[0], sizes[2])
        self.assertLess(min(sizes[1]), min(sizes[0]))
        for letter in letters:
            self.assertEqual(layout(letter.attachment_id.raw), layout(self.alone(letter)))

    def test_in_test_mode_each_letter_says_so_and_nothing_follows(self):
        self.company.arrears_test_email = "test@example.com"
        letters = self.make_letters("Annemiek", "Bob")
        letters._deliver()
        for letter in letters:
            self.assertIn("TEST", text_of_file(letter.attachment_id))
            self.assertEqual(letter.file_hash, sha256(letter.attachment_id.raw))
        self.assertEqual(set(letters.mapped("state")), {"withdrawn"})
        self.assertFalse(letters.access_link_ids)


@tagged("post_install", "-at_install")
class TestBroken(LettersStory):
    def assert_failed_alone(self, letters, broken, word):
        """Check that this letter failed, with the word, and that the others are whole."""
        self.assertEqual((broken.state, broken.failure), ("failed", "render"))
        self.assertIn(word, broken.failure_detail)
        self.assertFalse(broken.attachment_id or broken.file_hash or broken.body_hash)
        for letter in letters - broken:
            self.assertEqual((letter.state, letter.failure), ("queued", False))
            self.assertIn(letter.name, text_of_file(letter.attachment_id))
            self.assertEqual(layout(letter.attachment_id.raw), layout(self.alone(letter)))

    def test_one_that_the_printer_cannot_do_fails_alone(self):
        letters = self.make_letters("Annemiek", "Bob", UNPRINTABLE, "Dirk", "Edwin")
        with self.weak_printer(), self.assertLogs(level="WARNING"):
            letters._deliver()
        self.assert_failed_alone(letters, letters[2], "3")

    def test_one_whose_page_cannot_be_made_fails_alone(self):
        letters = self.make_letters("Annemiek", "Bob", "Gebroken", "Dirk", "Edwin")
        arch = """<xpath expr="//body" position="inside">
            <t t-if="notice.recipient_id.name == 'Gebroken'" t-out="1 / 0"/></xpath>"""
        self.env["ir.ui.view"].create(
            {
                "name": "Broken for one",
                "type": "qweb",
                "inherit_id": self.env.ref("premium_arrears.notice_letter").id,
                "arch": arch,
            }
        )
        with self.assertLogs("odoo.addons.premium_arrears", level="WARNING"):
            letters._deliver()
        self.assert_failed_alone(letters, letters[2], "zero")

    def test_when_it_cannot_be_told_where_a_letter_begins_each_is_printed_alone(self):
        letters = self.make_letters("Annemiek", "Bob", "Chantal")
        self.notices._get_usual_scale()
        with patch.object(letter_pages, "find_marks", lambda reader: []):
            letters._deliver()
        for letter in letters:
            self.assertEqual(layout(letter.attachment_id.raw), layout(self.alone(letter)))

    def test_a_program_whose_marks_cannot_be_read_prints_each_alone(self):
        letters = self.make_letters("Annemiek", "Bob", "Chantal")
        unread = patch.object(type(self.notices), "_measure_scale", lambda self, arguments: None)
        with unread, self.counted_calls() as calls:
            letters._deliver()
        self.assertEqual(len(calls), 3, "not once more for the joined document")
        for letter in letters:
            self.assertIn(letter.name, text_of_file(letter.attachment_id))


@tagged("post_install", "-at_install")
class TestPages(LettersStory):
    def test_a_page_with_a_style_of_its_own_is_printed_alone(self):
        page = self.make_letters("Annemiek")._render_page()
        styled = page.replace("</head>", "<style>p { color: red; }</style></head>")
        self.assertEqual(letter_pages.pile([page, page, styled, page, page]), [[0, 1], [2], [3, 4]])
        self.assertEqual(letter_pages.pile(["no letter", "no letter"]), [[0], [1]])

    def test_more_than_a_hundred_are_printed_in_parts(self):
        page = self.make_letters("Annemiek")._render_page()
        piles = letter_pages.pile([page] * 230)
        self.assertEqual(sum(piles, []), list(range(230)))
        self.assertLessEqual(max(map(len, piles)), letter_pages.MOST_LETTERS)
        colours = {letter_pages._colour(number) for number in range(letter_pages.MOST_LETTERS)}
        self.assertEqual(len(colours), letter_pages.MOST_LETTERS)
        self.assertTrue(all(240 <= part <= 254 for colour in colours for part in colour))

    def test_the_code_on_a_letter_is_odoos_own(self):
        """Module by module the same as what Odoo paints, only quicker."""
        value = "https://example.com/arrears/ABCD2345EFGH6789"
        mine = Image.open(io.BytesIO(self.picture(qr_code.draw_qr_code(value))))
        count = mine.width // qr_code.DOTS
        painted = self.env["ir.actions.report"].barcode(
            "QR", value, width=count * 10, height=count * 10, quiet=0
        )
        theirs = Image.open(io.BytesIO(painted)).convert("L")
        for row in range(count):
            for column in range(count):
                middle = [(number + 0.5) / count for number in (column, row)]
                dark = [
                    image.convert("L").getpixel(tuple(int(p * image.width) for p in middle)) < 128
                    for image in (mine, theirs)
                ]
                self.assertEqual(*dark, (row, column))

    def picture(self, address):
        return base64.b64decode(address.partition(",")[2])


@tagged("post_install", "-at_install")
class TestMail(MailStory):
    def test_a_mail_that_is_the_letter_carries_no_file(self):
        move = self.make_invoice(DUE)
        run = self.walk_until(DUE, lambda: self.notices_of(move))
        notice = self.notices_of(move)
        self.assertEqual(notice.channel, "email")
        self.assertFalse(notice.mail_id.attachment_ids)
        with self.mail_server() as box:
            self.send_mails(run)
        [(_sender, _to, content)] = box.mails
        for trace in (b"application/pdf", b"%PDF", b"Content-Disposition: attachment"):
            self.assertNotIn(trace, content)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.attachment_id.mimetype, "text/html")
