package io.patchstream.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/**
 * A small picture that can be decoded, before it is damaged.
 *
 * @param name what it is, for people
 * @param format its file format
 * @param bytes its file
 */
record WholePicture(String name, ImageFormat format, byte[] bytes) {

  private static final int WIDTH = 48;
  private static final int HEIGHT = 40;

  /**
   * Pictures of every format in every coding that is read and can be written here. Without the
   * natives, none of WebP.
   */
  static List<WholePicture> all() {
    List<WholePicture> all = new ArrayList<>();
    golden(all, ImageFormat.JPEG, "gray.jpg", "exif_rotate90.jpg", "progressive.jpg", "cmyk.jpg");
    golden(all, ImageFormat.PNG, "tiny_9x7.png", "gray.png", "palette.png", "alpha.png");
    golden(all, ImageFormat.GIF, "gif.gif");
    golden(all, ImageFormat.BMP, "bmp.bmp");
    golden(all, ImageFormat.TIFF, "tiff.tiff");
    BufferedImage rgb = picture(BufferedImage.TYPE_INT_RGB);
    BufferedImage bilevel = picture(BufferedImage.TYPE_BYTE_BINARY);
    BufferedImage indexed = picture(BufferedImage.TYPE_BYTE_INDEXED);
    written(all, ImageFormat.JPEG, rgb, "JPEG", false);
    written(all, ImageFormat.JPEG, rgb, "JPEG", true);
    for (boolean interlaced : new boolean[] {false, true}) {
      written(all, ImageFormat.PNG, rgb, "Deflate", interlaced);
      written(all, ImageFormat.PNG, bilevel, "Deflate", interlaced);
      written(all, ImageFormat.PNG, indexed, "Deflate", interlaced);
      BufferedImage deep = picture(BufferedImage.TYPE_USHORT_GRAY);
      written(all, ImageFormat.PNG, deep, "Deflate", interlaced);
      BufferedImage alpha = picture(BufferedImage.TYPE_INT_ARGB);
      written(all, ImageFormat.PNG, alpha, "Deflate", interlaced);
      written(all, ImageFormat.GIF, indexed, "LZW", interlaced);
    }
    written(all, ImageFormat.BMP, rgb, "BI_RGB", false);
    written(all, ImageFormat.BMP, bilevel, "BI_RGB", false);
    written(all, ImageFormat.BMP, indexed, "BI_RLE8", false);
    written(all, ImageFormat.BMP, picture(BufferedImage.TYPE_BYTE_BINARY, 4), "BI_RLE4", false);
    for (String compression : List.of("LZW", "ZLib", "PackBits", "Deflate")) {
      written(all, ImageFormat.TIFF, rgb, compression, false);
      written(all, ImageFormat.TIFF, indexed, compression, false);
    }
    for (String compression : List.of("CCITT RLE", "CCITT T.4", "CCITT T.6")) {
      written(all, ImageFormat.TIFF, bilevel, compression, false);
    }
    if (LeptonicaDecoder.isAvailable()) {
      golden(all, ImageFormat.WEBP, "webp.webp");
      all.add(
          new WholePicture("WEBP, animated", ImageFormat.WEBP, FirstFrameTest.animated(200, 150)));
      all.add(webp("lossy", false, false));
      all.add(webp("lossy with alpha", false, true));
      all.add(webp("lossless", true, false));
      all.add(webp("lossless with alpha", true, true));
    }
    profiled(all);
    return all;
  }

  /** With an ICC profile, which becomes native code's input too where colours are managed. */
  private static void profiled(List<WholePicture> to) {
    byte[] profile = IccProfiles.rgb(IccProfiles.ADOBE_RGB, 1.8);
    for (WholePicture picture : List.copyOf(to)) {
      byte[] bytes = picture.bytes();
      byte[] profiled =
          switch (picture.name()) {
            case "exif_rotate90.jpg" ->
                ColorManagementTest.withApp2(bytes, ColorManagementTest.parts(profile, 200, 1, 2));
            case "gray.jpg" ->
                ColorManagementTest.withApp2(
                    bytes, ColorManagementTest.parts(IccProfiles.gray(2.2), 1000, 1));
            case "tiff.tiff" -> ColorManagementTest.withTag(bytes, profile);
            default -> null;
          };
      if (profiled != null) {
        to.add(new WholePicture(picture.name() + " with a profile", picture.format(), profiled));
      }
    }
  }

  private static void golden(List<WholePicture> to, ImageFormat format, String... names) {
    for (String name : names) {
      to.add(new WholePicture(name, format, Golden.image(name)));
    }
  }

  private static void written(
      List<WholePicture> to,
      ImageFormat format,
      BufferedImage image,
      String compression,
      boolean progressive) {
    ImageWriter writer =
        ImageIO.getImageWritersByFormatName(format.name().toLowerCase(Locale.ROOT)).next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionType(compression);
    if (how.canWriteProgressive()) {
      how.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    String name =
        "%s, %d bits, %s%s"
            .formatted(
                format,
                image.getColorModel().getPixelSize(),
                compression,
                progressive ? ", progressive" : "");
    to.add(new WholePicture(name, format, file.toByteArray()));
  }

  private static WholePicture webp(String name, boolean lossless, boolean alpha) {
    BufferedImage image = picture(BufferedImage.TYPE_INT_ARGB);
    PIX pix = leptonica.pixCreate(WIDTH, HEIGHT, Integer.SIZE);
    try {
      leptonica.pixSetSpp(pix, alpha ? 4 : 3);
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          leptonica.pixSetPixel(pix, x, y, Integer.rotateLeft(image.getRGB(x, y), Byte.SIZE));
        }
      }
      Path file = Files.createTempFile("whole", ".webp");
      try {
        leptonica.pixWriteWebP(file.toString(), pix, 80, lossless ? 1 : 0);
        return new WholePicture("WEBP, " + name, ImageFormat.WEBP, Files.readAllBytes(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      leptonica.pixDestroy(pix);
    }
  }

  private static BufferedImage picture(int type) {
    return paint(new BufferedImage(WIDTH, HEIGHT, type));
  }

  /** Of 2, 4, ... bits a pixel. */
  private static BufferedImage picture(int type, int bits) {
    int colours = 1 << bits;
    byte[] levels = new byte[colours];
    for (int i = 0; i < colours; i++) {
      levels[i] = (byte) (255 * i / (colours - 1));
    }
    var palette = new IndexColorModel(bits, colours, levels, levels, levels);
    return paint(new BufferedImage(WIDTH, HEIGHT, type, palette));
  }

  /** Flat parts, edges and noise, so that runs, literals and matches all occur. */
  private static BufferedImage paint(BufferedImage image) {
    Random random = new Random(5);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 8; i++) {
      graphics.setColor(new Color(random.nextInt(), true));
      graphics.fillRect(random.nextInt(WIDTH), random.nextInt(HEIGHT), 24, 16);
    }
    graphics.dispose();
    for (int y = HEIGHT / 2; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH / 2; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }
}
