"""Writes pictureFixture.ts: small files from an independent encoder (Pillow), base64, with what they hold.

Run with any Python 3 that has numpy and Pillow: `python3 pictureFixture.py`, then format with Biome.
"""

import base64
import io
import json
import pathlib

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 30, 20
ORIENTATION_TAG, QUARTER_TURN = 274, 6


def encode(image: Image.Image, **options: object) -> str:
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
photo = Image.fromarray(np.stack([x * 8, y * 12, (x + y) * 4], axis=-1).astype(np.uint8))
exif = Image.Exif()
exif[ORIENTATION_TAG] = QUARTER_TURN

pictures = {
    "JPEG": encode(photo, format="JPEG", quality=10),
    "JPEG with orientation": encode(photo, format="JPEG", quality=10, exif=exif),
    "JPEG, progressive": encode(photo, format="JPEG", quality=10, progressive=True),
    "WebP, lossy": encode(photo, format="WEBP", quality=5),
    "WebP, lossless": encode(photo.quantize(2).convert("RGB"), format="WEBP", lossless=True),
    "WebP, extended": encode(photo, format="WEBP", quality=5, exif=exif.tobytes()),
    "GIF": encode(photo.quantize(2), format="GIF"),
    "BMP": encode(photo.convert("1"), format="BMP"),
    "PNG": encode(photo.convert("RGBA"), format="PNG"),
}

masks = {}
for bits in (1, 2, 4, 8):
    # 13 columns: rows end inside a byte.
    values = (np.arange(5 * 13).reshape(5, 13) * 7 % (1 << bits)).astype(np.uint8)
    indexed = Image.fromarray(values, "P")
    indexed.putpalette([3 * i % 256 for i in range(3 * (1 << bits))])
    masks[f"palette, {bits} bit"] = {"png": encode(indexed, format="PNG", bits=bits), "values": base64.b64encode(values.tobytes()).decode()}
grey = (np.arange(5 * 13).reshape(5, 13) * 31 % 256).astype(np.uint8)
masks["grey, 8 bit"] = {"png": encode(Image.fromarray(grey), format="PNG"), "values": base64.b64encode(grey.tobytes()).decode()}
# Pillow calls stored 1 "True"; the byte in the file is the same bit.
masks["grey, 1 bit"] = {
    "png": encode(Image.fromarray(grey > 127), format="PNG"),
    "values": base64.b64encode((grey > 127).tobytes()).decode(),
}

refused = {
    "colour": encode(photo, format="PNG"),
    "grey with alpha": encode(photo.convert("LA"), format="PNG"),
    "16 bit": encode(Image.fromarray(np.full((5, 13), 3, np.uint16)), format="PNG"),
}

# Four colours in stripes, the second of them half hidden; what Pillow counts.
stripes = np.array([(0, 0, 0), (200, 30, 40), (20, 160, 60), (250, 250, 250)], np.uint8)[(x // 7) % 4]
hidden = np.where(x == 8, 0, np.where(x == 9, 127, np.where(x == 10, 128, 255))).astype(np.uint8)
imported = {
    "RGB": encode(Image.fromarray(stripes), format="PNG"),
    "RGB and alpha": encode(Image.fromarray(np.dstack([stripes, hidden])), format="PNG"),
    "grey and alpha": encode(Image.fromarray(np.dstack([(x // 7).astype(np.uint8), hidden]), "LA"), format="PNG"),
    "grey, 16 bit": encode(Image.fromarray((x // 7 % 4 * 85).astype(np.uint16)), format="PNG"),
    "grey, 16 bit, too high": encode(Image.fromarray((x // 7 % 4 * 86).astype(np.uint16)), format="PNG"),
}

fixture = {"width": WIDTH, "height": HEIGHT, "pictures": pictures, "masks": masks, "refusedMasks": refused, "importedMasks": imported}
pathlib.Path(__file__).with_suffix(".ts").write_text(
    "/** Files encoded by Pillow and pixel values, base64; written by pictureFixture.py. */\n"
    f"export const fixture = {json.dumps(fixture, indent=2)};\n"
)
