package io.patchstream.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The road of one image, and its parts: a q90 4:2:0 JPEG to 224 x 224 patches of 16, bilinear. The
 * picture is noise that was enlarged by {@link #GRAIN}, so that it compresses as photographs do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ImageBenchmark {

  private static final int SIDE = 224;
  private static final int PATCH = 16;
  private static final int GRAIN = 6;
  private static final Framing WHOLE = Framing.whole(SIDE, SIDE);
  private static final ImageLimits LIMITS = new ImageLimits(1 << 25, 1 << 25);

  /** Width and height of the source in pixels. */
  @Param({"500x375", "1920x1080", "4000x3000"})
  public String size;

  private final ImageToPatches images = new ImageToPatches(options());
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageIoDecoder imageIo = new ImageIoDecoder();
  private final Resampler resampler = new Resampler();
  private final Pixels decoded = new Pixels();
  private final Pixels portable = new Pixels();
  private final Pixels resized = new Pixels();
  private final FloatBuffer patches = FloatBuffer.allocate(3 * SIDE * SIDE);

  private byte[] jpeg;
  private ImageHeader header;

  /** Makes the picture and decodes it once, for the parts that begin later. */
  @Setup
  public void prepare() throws IOException, ImageException {
    int x = size.indexOf('x');
    int width = Integer.parseInt(size.substring(0, x));
    int height = Integer.parseInt(size.substring(x + 1));
    jpeg = jpeg(grained(width, height), width, height);
    header = ImageHeader.read(jpeg, LIMITS);
    decode();
    images.prepare(jpeg, null);
  }

  /** Bytes to pixels. */
  @Benchmark
  public Pixels decode() throws ImageException {
    decoder.decode(jpeg, header, decoded);
    return decoded;
  }

  /** The same through the portable decoder. */
  @Benchmark
  public Pixels decodePortably() throws ImageException {
    imageIo.decode(jpeg, header, portable);
    return portable;
  }

  /** Pixels to the model's size. */
  @Benchmark
  public Pixels resize() {
    resampler.resample(decoded, WHOLE, Filter.BILINEAR, resized);
    return resized;
  }

  /** Pixels to normalised patches. */
  @Benchmark
  public FloatBuffer patchify() {
    images.writePatches(patches.clear());
    return patches;
  }

  /** Bytes to normalised patches. */
  @Benchmark
  public FloatBuffer wholeRoad() throws ImageException {
    images.prepare(jpeg, null);
    images.writePatches(patches.clear());
    return patches;
  }

  private static ImageOptions options() {
    Normalisation normalisation =
        new Normalisation(1 / 255.0, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    return new ImageOptions(
        new Preprocessing(
            new Resize.Exact(SIDE, SIDE), Filter.BILINEAR, new Crop(SIDE, SIDE), normalisation),
        PATCH,
        new Resolution(Resolution.Mode.FIXED, 1),
        LIMITS,
        true);
  }

  static byte[] grained(int width, int height) {
    Pixels grains = Pictures.noise(width / GRAIN, height / GRAIN, 1);
    Pixels picture = new Pixels();
    new Resampler().resample(grains, Framing.whole(width, height), Filter.BICUBIC, picture);
    return Pictures.of(picture).rgb();
  }

  private static byte[] jpeg(byte[] rgb, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(rgb, 0, bgr, 0, bgr.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam quality = writer.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(0.9f);
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), quality);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
