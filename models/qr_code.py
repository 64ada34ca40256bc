"""QR codes as small pictures.

The code is reportlab's, as Odoo's own; Odoo's way of painting it, module by module and twice, takes
longer than all else in a letter.
"""

import base64
import io

from PIL import Image
from reportlab.graphics.barcode import qrencoder

from odoo.tools.image import image_data_uri

DOTS = 8  # of each module, so that a printer has no edge to smooth
QUIET = 4  # modules around the code


def draw_qr_code(value, quiet=False, level="L"):
    """Return the QR code of a text as a data address.

    :param quiet: with the white border that a scanner wants where nothing else is white
    :param level: of error correction: L, M, Q or H
    :raise ValueError: for a text that no code can hold
    """
    code = qrencoder.QRCode(None, getattr(qrencoder.QRErrorCorrectLevel, level))
    code.addData(value)
    code.make()
    border, size = QUIET if quiet else 0, code.getModuleCount()
    picture = Image.new("L", (size + 2 * border, size + 2 * border), 255)
    dots = bytes(0 if dark else 255 for row in code.modules for dark in row)
    picture.paste(Image.frombytes("L", (size, size), dots), (border, border))
    picture = picture.resize(
        (picture.width * DOTS, picture.height * DOTS), Image.Resampling.NEAREST
    )
    stream = io.BytesIO()
    picture.convert("1").save(stream, "PNG")
    return image_data_uri(base64.b64encode(stream.getvalue()))


def draw_barcode(params):
    """Return the picture that Odoo's ``barcode`` would make, or None when it is no QR code.

    :param params: its arguments; a mask, such as of a Swiss code, is painted by Odoo
    """
    if params.get("barcode_type") != "QR" or params.get("mask"):
        return None
    quiet = bool(int(params.get("quiet", True)))
    return draw_qr_code(params["value"], quiet, params.get("barLevel", "L"))
