package io.patchstream.cli;

import io.patchstream.image.ImageException;
import io.patchstream.topology.EventSender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Files become events; what became of each is told once the brokers have said so. */
final class FileSender {

  private final EventSender events;
  private final EventKey key;
  private final long maxBytes;
  private final Queue<Sent> done = new ConcurrentLinkedQueue<>();

  /**
   * What became of a file.
   *
   * @param failure why the brokers do not have it; null if they do
   */
  record Sent(Path file, Exception failure) {

    /** A line for people. */
    String line() {
      String name = TextFormat.printable(file.toString());
      return failure == null ? "sent " + name : name + ": " + failure.getMessage();
    }
  }

  /**
   * Has sent nothing.
   *
   * @param maxBytes of a file: what run refuses is not sent
   */
  FileSender(EventSender events, EventKey key, long maxBytes) {
    this.events = events;
    this.key = key;
    this.maxBytes = maxBytes;
  }

  /** Reads a file and sends it; waits while too much is under way. */
  void send(Path file) {
    try {
      byte[] image = ImageFiles.read(file, maxBytes);
      events.send(
          key.of(file), file.toString(), image, failure -> done.add(new Sent(file, failure)));
    } catch (IOException e) {
      done.add(new Sent(file, new IOException("the file cannot be read (" + e + ")", e)));
    } catch (ImageException e) {
      done.add(new Sent(file, e));
    }
  }

  /** A file of which it is now known what became of it, or null. */
  Sent poll() {
    return done.poll();
  }

  /** Waits until it is known of all files. */
  void flush() {
    events.flush();
  }
}
