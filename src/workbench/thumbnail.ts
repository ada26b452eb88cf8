const THUMBNAIL_WIDTH_PX = 160;

/** A small JPEG of a picture as an object URL; it lives as long as the page. */
export async function thumbnailOf(bitmap: ImageBitmap): Promise<string> {
  const width = Math.min(THUMBNAIL_WIDTH_PX, bitmap.width);
  const height = Math.max(1, Math.round((bitmap.height * width) / bitmap.width));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw pictures off the screen.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 }));
}
