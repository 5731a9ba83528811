package io.patchstream.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * picture is noise that was enlarged, so that it compresses as photographs do; it is written to
 * {@code target/benchmarks}, so that others can be timed on it.
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
  private static final Framing WHOLE = Framing.whole(SIDE, SIDE);
  private static final ImageLimits LIMITS = new ImageLimits(1 << 25, 1 << 25);

  /** Width and height of the source in pixels. */
  @Param({"500x375", "1920x1080", "4000x3000"})
  public String size;

  private final ImageToPatches images = new ImageToPatches(options(false));
  private final ImageToPatches reducedImages = new ImageToPatches(options(true));
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageIoDecoder imageIo = new ImageIoDecoder();
  private final Resampler resampler = new Resampler();
  private final Pixels decoded = new Pixels();
  private final Pixels reduced = new Pixels();
  private final Pixels portable = new Pixels();
  private final Pixels resized = new Pixels();
  private final FloatBuffer patches =
      ByteBuffer.allocateDirect(Float.BYTES * 3 * SIDE * SIDE)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();

  private byte[] jpeg;
  private ImageHeader header;
  private int reduction;

  /** Makes the picture and decodes it once, for the parts that begin later. */
  @Setup
  public void prepare() throws IOException, ImageException {
    int x = size.indexOf('x');
    int width = Integer.parseInt(size.substring(0, x));
    int height = Integer.parseInt(size.substring(x + 1));
    jpeg = Pictures.jpeg(Pictures.grained(width, height));
    Files.write(
        Files.createDirectories(Path.of("target", "benchmarks")).resolve(size + ".jpg"), jpeg);
    header = ImageHeader.read(jpeg, LIMITS);
    decode();
    images.prepare(jpeg, null);
    reduction = WHOLE.reduction(width, height);
  }

  /** Bytes to pixels. */
  @Benchmark
  public Pixels decode() throws ImageException {
    decoder.decode(jpeg, header, decoded);
    return decoded;
  }

  /** Bytes to pixels at the reduced size that the model's allows. */
  @Benchmark
  public Pixels decodeReduced() throws ImageException {
    decoder.decode(jpeg, header, reduction, reduced);
    return reduced;
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

  /** The same with reduced decoding. */
  @Benchmark
  public FloatBuffer wholeRoadReduced() throws ImageException {
    reducedImages.prepare(jpeg, null);
    reducedImages.writePatches(patches.clear());
    return patches;
  }

  private static ImageOptions options(boolean reduced) {
    Normalisation normalisation =
        new Normalisation(1 / 255.0, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    return new ImageOptions(
        new Preprocessing(
            new Resize.Exact(SIDE, SIDE), Filter.BILINEAR, new Crop(SIDE, SIDE), normalisation),
        PATCH,
        new Resolution(Resolution.Mode.FIXED, 1),
        LIMITS,
        true,
        false,
        reduced);
  }
}
