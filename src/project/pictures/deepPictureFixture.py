"""Writes deepPictureFixture.ts: TIFF files by Pillow and tifffile, 16-bit PNGs by zlib, with the bytes they should give.

Run with any Python 3 that has numpy, Pillow and tifffile: `python3 deepPictureFixture.py`, then format with Biome.
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image, ImageOps

WIDTH, HEIGHT = 13, 9
PERCENTILES = (0.35, 99.65)
ORIENTATION, PREDICTOR = 274, 317
random = np.random.default_rng(4)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def stretched(colors: np.ndarray) -> np.ndarray:
    values = colors.astype(np.float64)
    low, high = np.percentile(values[np.isfinite(values)], PERCENTILES)
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    return np.rint(np.clip((values - low) * (255 / (high - low)), 0, 255)).astype(np.uint8)


def rgba(colors: np.ndarray, alpha: np.ndarray | int = 255) -> np.ndarray:
    if colors.ndim == 2:
        colors = np.repeat(colors[..., None], 3, axis=-1)
    alpha = np.broadcast_to(np.asarray(alpha, np.uint8), colors.shape[:2])
    return np.dstack([colors, alpha]).astype(np.uint8)


cases: dict[str, dict[str, object]] = {}


def add(name: str, file: bytes, expected: np.ndarray) -> None:
    height, width, _ = expected.shape
    cases[name] = {
        "file": base64_of(file),
        "width": width,
        "height": height,
        "rgba": base64_of(np.ascontiguousarray(expected).tobytes()),
    }


def pillow(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="TIFF", **options)
    return buffer.getvalue()


def tiff(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(pixels: np.ndarray, *extra: tuple[bytes, bytes]) -> bytes:
    height, width = pixels.shape[:2]
    color_type = {1: 0, 2: 4, 3: 2, 4: 6}[1 if pixels.ndim == 2 else pixels.shape[2]]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


shape = (HEIGHT, WIDTH)
grey8 = random.integers(0, 256, shape, np.uint8)
rgb8 = random.integers(0, 256, (*shape, 3), np.uint8)
rgba8 = random.integers(0, 256, (*shape, 4), np.uint8)
# As a 12-bit camera fills 16 bits.
grey16 = random.integers(90, 4096, shape, np.uint16)
rgb16 = random.integers(0, 65_536, (*shape, 3), np.uint16)
rgba16 = random.integers(0, 65_536, (*shape, 4), np.uint16)
greyAlpha16 = rgba16[..., :2]
alpha16 = np.rint(rgba16[..., 3] * (255 / 65_535)).astype(np.uint8)

add("PNG, grey 16 bit", png16(grey16), rgba(stretched(grey16)))
add("PNG, grey and alpha 16 bit", png16(greyAlpha16), rgba(stretched(greyAlpha16[..., 0]), np.rint(greyAlpha16[..., 1] * (255 / 65_535)).astype(np.uint8)))
add("PNG, RGB 16 bit", png16(rgb16), rgba(stretched(rgb16)))
add("PNG, RGB and alpha 16 bit", png16(rgba16), rgba(stretched(rgba16[..., :3]), alpha16))
hidden = rgb16[0, 0]
add(
    "PNG, RGB 16 bit, one colour transparent",
    png16(rgb16, (b"tRNS", hidden.astype(">u2").tobytes())),
    rgba(stretched(rgb16), np.where((rgb16 == hidden).all(axis=-1), 0, 255)),
)
exif = Image.Exif()
exif[ORIENTATION] = 6
# Orientation 6: the stored picture is shown turned a quarter clockwise. PNG's chunk has no "Exif" before the TIFF.
add(
    "PNG, grey 16 bit, orientation 6",
    png16(grey16, (b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))),
    rgba(np.rot90(stretched(grey16), -1)),
)

add("TIFF, grey 8 bit", pillow(Image.fromarray(grey8)), rgba(grey8))
add("TIFF, RGB 8 bit", pillow(Image.fromarray(rgb8)), rgba(rgb8))
add("TIFF, RGB and alpha 8 bit", pillow(Image.fromarray(rgba8)), rgba(rgba8[..., :3], rgba8[..., 3]))
for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
    add(f"TIFF, RGB 8 bit, {compression}", pillow(Image.fromarray(rgb8), compression=compression), rgba(rgb8))
for compression in ("tiff_lzw", "tiff_adobe_deflate"):
    options = {"compression": compression, "tiffinfo": {PREDICTOR: 2}}
    add(f"TIFF, RGB 8 bit, {compression}, differences", pillow(Image.fromarray(rgb8), **options), rgba(rgb8))
    add(f"TIFF, grey 16 bit, {compression}, differences", pillow(Image.fromarray(grey16), **options), rgba(stretched(grey16)))
# 6144 codes fill LZW's table of 4096 and clear it; the runs make codes that stand for themselves.
noise = random.integers(0, 256, (64, 96), np.uint8)
noise[20:24] = 7
add("TIFF, grey 8 bit, tiff_lzw, full table", pillow(Image.fromarray(noise), compression="tiff_lzw"), rgba(noise))
add("TIFF, grey 16 bit, big endian", tiff(grey16, byteorder=">"), rgba(stretched(grey16)))
add("TIFF, RGB 16 bit", tiff(rgb16), rgba(stretched(rgb16)))
add("TIFF, RGB 16 bit, strips", tiff(rgb16, rowsperstrip=4), rgba(stretched(rgb16)))
add("TIFF, RGB 16 bit, planes", tiff(rgb16.transpose(2, 0, 1), planarconfig="separate", photometric="rgb", rowsperstrip=4), rgba(stretched(rgb16)))
tiled = random.integers(0, 65_536, (21, 37, 3), np.uint16)
add("TIFF, RGB 16 bit, tiles", tiff(tiled, tile=(16, 16)), rgba(stretched(tiled)))
add("TIFF, RGB 16 bit, tiles, deflate, differences", tiff(tiled, tile=(16, 16), compression="zlib", predictor=True), rgba(stretched(tiled)))
add("TIFF, RGB 16 bit, straight alpha", tiff(rgba16, photometric="rgb", extrasamples=["unassalpha"]), rgba(stretched(rgba16[..., :3]), alpha16))
full = rgba8.copy()
full[0, 0] = (10, 20, 30, 0)
multiplied = full.copy()
multiplied[..., :3] = np.rint(full[..., :3] * (full[..., 3:] / 255))
divisor = np.maximum(multiplied[..., 3:], 1)
straight = np.minimum(255, np.floor(multiplied[..., :3] * 255.0 / divisor + 0.5))
straight[multiplied[..., 3] == 0] = 0
add("TIFF, RGB 8 bit, multiplied by alpha", tiff(multiplied, photometric="rgb", extrasamples=["assocalpha"]), rgba(straight, multiplied[..., 3]))
add("TIFF, white is zero, 8 bit", tiff(grey8, photometric="miniswhite"), rgba(255 - grey8))
add("TIFF, white is zero, 16 bit", tiff(grey16, photometric="miniswhite"), rgba(stretched(65_535 - grey16.astype(int))))
float32 = (random.normal(0, 1, shape) * 10.0 ** random.integers(-3, 4, shape)).astype(np.float32)
float32[0, :3] = (np.nan, np.inf, -np.inf)
add("TIFF, grey, floating point", tiff(float32), rgba(stretched(float32)))
float64 = random.normal(-5, 1, shape)
add("TIFF, grey, double precision", tiff(float64), rgba(stretched(float64.astype(np.float32))))
signed = random.integers(-3000, 3000, shape, np.int16)
add("TIFF, grey, signed 16 bit", tiff(signed), rgba(stretched(signed)))
add("TIFF, grey, 32 bit", tiff(grey16.astype(np.uint32) * 7), rgba(stretched(grey16.astype(np.uint32) * 7)))
bits = grey8 > 127
add("TIFF, 1 bit", pillow(Image.fromarray(bits)), rgba(bits * 255))
indexed = Image.fromarray(grey8 % 5, "P")
indexed.putpalette([17 * i % 256 for i in range(768)])
add("TIFF, palette", pillow(indexed), rgba(np.asarray(indexed.convert("RGB"))))
for orientation in range(2, 9):
    stored = Image.fromarray(rgb8)
    stored.getexif()[ORIENTATION] = orientation
    file = pillow(stored, tiffinfo={ORIENTATION: orientation})
    add(f"TIFF, orientation {orientation}", file, rgba(np.asarray(ImageOps.exif_transpose(stored))))

pages = tiff(np.stack([grey8, 255 - grey8]), photometric="minisblack")
add("TIFF, two pages", pages, rgba(grey8))
channels = tiff(rgba8, photometric="minisblack", planarconfig="contig", extrasamples=["unspecified"] * 3)
add("TIFF, four channels", channels, rgba(rgba8[..., 0]))

big = tiff(grey8, bigtiff=True)
jpeg = pillow(Image.fromarray(rgb8), compression="jpeg")
fax = pillow(Image.fromarray(bits), compression="group4")
cmyk = pillow(Image.fromarray(rgb8).convert("CMYK"))
refused = {"BigTIFF": big, "JPEG": jpeg, "fax": fax, "CMYK": cmyk, "half floats": tiff(float64.astype(np.float16))}

fixture = {"pictures": cases, "refused": {name: base64_of(file) for name, file in refused.items()}}
pathlib.Path(__file__).with_suffix(".ts").write_text(
    "/** Files by Pillow, tifffile and zlib, and the bytes they should give, base64; written by deepPictureFixture.py. */\n"
    f"export const deepFixture = {json.dumps(fixture, indent=2)};\n"
)
