"""Turn the letters and screens of a folder into small PNG files: picture_files.py FOLDER TARGET.

PDF files become a picture of their page; PNG files, being screenshots, lose the empty rest of the
window. Both get a palette, so that a file stays well below 250 KB.
"""

import sys
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

DOTS_PER_INCH = 100
COLOURS = 64
MARGIN = 24


def page_picture(path):
    """Return the picture of a PDF file of one page."""
    document = pypdfium2.PdfDocument(path)
    if len(document) != 1:
        raise SystemExit(f"{path.name} has {len(document)} pages, not one")
    return document[0].render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB")


def screenshot(path):
    """Return a screenshot without what has the background's colour only, at the bottom."""
    picture = Image.open(path).convert("RGB")
    background = Image.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    box = ImageChops.difference(picture, background).getbbox()
    margin = max(box[1], MARGIN)
    return picture.crop((0, 0, picture.width, min(box[3] + margin, picture.height)))


def main(folder, target):
    for path in sorted(Path(folder).glob("*.p[dn][fg]")):
        picture = page_picture(path) if path.suffix == ".pdf" else screenshot(path)
        file = Path(target) / f"{path.stem}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.name}: {picture.width} x {picture.height}, {file.stat().st_size // 1024} KB")


main(*sys.argv[1:])
