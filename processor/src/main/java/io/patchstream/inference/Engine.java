package io.patchstream.inference;

import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.PositionTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TransferQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Classifies images: one engine a process, for all who have some. Decoding threads turn sources
 * into patches (loading threads, where there are some, bring slow ones before), {@link Batcher}
 * gathers them, and a {@link Lane} for each core or GPU runs what was gathered.
 *
 * <p>Memory is bounded whatever is submitted: an image that waits for a thread holds nothing but
 * its source, a loading thread one encoded image, and one that is decoded has its place in the
 * batcher's bounded buffers.
 */
public final class Engine implements AutoCloseable {

  /** How long {@link #close} waits for sources and decoders that do not heed an interrupt. */
  private static final Duration WORKERS_END = Duration.ofSeconds(5);

  private final ModelIdentity identity;
  private final Devices devices;
  private final InFlight inFlight;
  private final Batcher batcher;
  private final PositionTables positions;
  private final BlockingQueue<ImageInFlight> submitted = new LinkedBlockingQueue<>();
  private final BlockingQueue<ImageInFlight> toDecode; // submitted, or loaded besides
  private final List<Thread> loaders = new ArrayList<>();
  private final DecodingThreads decoding;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> laneThreads = new ArrayList<>();

  /** The engine's own hold of the session that its lanes share; null where each has its own. */
  private ModelSession shared;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile EngineFailedException failure;

  /**
   * Opens a session on the model, which may be closed afterwards.
   *
   * @throws InferenceException if ONNX Runtime refuses the model, or it does not bear the precision
   *     that is asked for
   */
  public static Engine open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    ProvenSession session = ProvenSession.open(model, images, options);
    return new Engine(session, model.description(), model.revision(), images, options);
  }

  /** Takes over the session, also where it throws. */
  Engine(
      ProvenSession proven,
      ModelDescription model,
      String revision,
      ImageOptions images,
      EngineOptions options)
      throws InferenceException {
    devices = options.compute().devices();
    identity =
        new ModelIdentity(
            model.name(),
            revision,
            proven.precision(),
            proven.why(),
            model.embeddingKind(),
            model.activation(),
            model.classes());
    inFlight = new InFlight(options.maxImagesInFlight());
    int patchFloats = 3 * images.patchSize() * images.patchSize();
    batcher =
        new Batcher(
            options.batches(),
            proven.session().mixesGrids(),
            devices.lanes().size(),
            new Batcher.Shape(patchFloats, model.prefixTokens()),
            inFlight,
            System::nanoTime);
    boolean planes = proven.session().takesPlanes();
    positions = proven.session().positions();
    openLanes(
        proven,
        () -> new TopK(options.topK(), model.activation(), model.labels()),
        new WarmUp(images, model.prefixTokens(), options));
    toDecode = options.decoding().loadThreads() > 0 ? loaded(options.decoding()) : submitted;
    decoding = decodingThreads(options.decoding(), images, planes);
    for (Lane lane : lanes) {
      laneThreads.add(thread("patchstream-session-" + laneThreads.size(), lane));
    }
    laneThreads.forEach(Thread::start);
    loaders.forEach(Thread::start);
    decoding.start();
  }

  /**
   * Lanes of the CPU share the session. On GPUs each has its own: runs side by side would let its
   * arena grow without end.
   */
  private void openLanes(ProvenSession proven, Supplier<TopK> topK, WarmUp warmUp)
      throws InferenceException {
    SessionOpener opener = proven.opener();
    if (devices.kind() == Device.Kind.CPU && devices.lanes().size() > 1) {
      shared = proven.session();
      opener = device -> shared.forAnotherLane();
    }
    try {
      for (Device device : devices.lanes()) {
        boolean takesTheProven = lanes.isEmpty() && shared == null;
        ModelSession session = takesTheProven ? proven.session() : opener.open(device);
        lanes.add(new Lane(device, session, opener, batcher, topK.get(), warmUp, this::fail));
        lanes.get(lanes.size() - 1).warmUp();
      }
    } catch (InferenceException | RuntimeException e) {
      closeSessions();
      throw e;
    }
  }

  private void closeSessions() {
    lanes.forEach(Lane::close);
    if (shared != null) {
      shared.close();
    }
  }

  /** What the loading threads bring. */
  private TransferQueue<ImageInFlight> loaded(DecodingOptions options) {
    TransferQueue<ImageInFlight> loaded = new LinkedTransferQueue<>();
    for (int i = 0; i < options.loadThreads(); i++) {
      loaders.add(thread("patchstream-load-" + i, new Loader(submitted, loaded, closed::get)));
    }
    return loaded;
  }

  private DecodingThreads decodingThreads(
      DecodingOptions options, ImageOptions images, boolean planes) {
    return new DecodingThreads(
        options.threads(),
        options.imageTimeout(),
        () -> new Decoder(toDecode, new ImageToPatches(images), planes, batcher, closed::get),
        this::fail);
  }

  /** What the model is computed on. */
  public Devices devices() {
    return devices;
  }

  /** Which model answers. */
  public ModelIdentity identity() {
    return identity;
  }

  /**
   * Classifies one image. Never throws and never blocks; submissions beyond the budget wait, so a
   * caller asks {@link #awaitCapacity} first.
   *
   * @return completed on an engine thread, whose time belongs to the next batch: whatever depends
   *     on it shall be quick. It fails with what the source threw, an {@link
   *     io.patchstream.image.ImageException} or an {@link InferenceException} (unwrapped), and with
   *     an {@link EngineFailedException} if it is the engine that failed: then all do. Cancelling
   *     it frees its place and interrupts its source. It is cancelled when the engine closes.
   */
  public CompletableFuture<Inference> submit(ImageSource source) {
    ImageInFlight image = new ImageInFlight(source, inFlight);
    if (inFlight.add(image)) {
      submitted.add(image);
    } else if (failure != null) {
      image.completeExceptionally(failure);
    } else {
      image.cancel(false);
    }
    return image;
  }

  /** Nothing is classified any more; what still runs ends when the engine is closed. */
  private void fail(EngineFailedException failure) {
    this.failure = failure;
    inFlight.close().forEach(image -> image.completeExceptionally(failure));
  }

  /**
   * Why it does not answer any more, in a sentence, which only another engine helps: it has failed,
   * or a run of the model takes longer than a minute and ten times the longest so far. Empty while
   * it answers.
   */
  public Optional<String> fault() {
    if (failure != null) {
      return Optional.of("The engine failed: " + failure.getMessage() + ".");
    }
    return lanes.stream().map(Lane::fault).flatMap(Optional::stream).findFirst();
  }

  /** Decoding threads that an image has kept beyond its time limit, and keeps still. */
  int threadsLeftBehind() {
    return decoding.leftBehind();
  }

  /** What was done so far. */
  public EngineStatistics statistics() {
    Map<Device, DeviceTime> times = new LinkedHashMap<>();
    lanes.forEach(lane -> times.merge(lane.device(), lane.time(), DeviceTime::plus));
    return batcher.statistics(times);
  }

  /** How long the images took so far that have results, in nanoseconds. */
  public Histogram latencies() {
    return inFlight.times().whole();
  }

  /** How the position tables were used so far, once a run of the model. */
  public PositionTables.Usage positionTables() {
    return positions.usage();
  }

  /** Images in flight that wait: for a thread that loads or decodes, or for a session. */
  public int queued() {
    int loaded = toDecode == submitted ? 0 : toDecode.size();
    return submitted.size() + loaded + batcher.gathered();
  }

  /** How many images may be in flight before {@link #awaitCapacity} waits. */
  public int maxInFlight() {
    return inFlight.budget();
  }

  /** The images that were submitted and have not ended. */
  public int inFlight() {
    return inFlight.count();
  }

  /**
   * Waits until fewer than {@link EngineOptions#maxImagesInFlight} images are in flight; false if
   * {@code atMost} went by first.
   */
  public boolean awaitCapacity(Duration atMost) throws InterruptedException {
    return inFlight.awaitRoom(atMost);
  }

  /**
   * Cancels what is in flight, interrupts sources that wait and a batch that runs, ends the
   * threads, then closes the session. Not for a stage of one of its own futures to call.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List<ImageInFlight> unfinished = inFlight.close();
    batcher.close();
    unfinished.forEach(image -> image.cancel(true));
    loaders.forEach(Thread::interrupt);
    decoding.close();
    lanes.forEach(Lane::terminate);
    boolean interrupted = false;
    for (Thread lane : laneThreads) {
      interrupted |= join(lane);
    }
    interrupted |= joinWorkers();
    closeSessions();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** However long it takes, interrupts or not: the session must not be closed beneath a run. */
  private static boolean join(Thread lane) {
    boolean interrupted = false;
    while (true) {
      try {
        lane.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /**
   * They touch nothing that is closed, so one whose source never returns, or whose image never is
   * decoded, is left behind.
   */
  private boolean joinWorkers() {
    long deadline = System.nanoTime() + WORKERS_END.toNanos();
    try {
      decoding.join(deadline);
      for (Thread loader : loaders) {
        loader.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
