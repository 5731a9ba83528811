package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads regular files that lie, links resolved, beneath the allowed folders. */
final class FileSource {

  private final List<Path> folders;
  private final long maxBytes;

  FileSource(List<Path> folders, long maxBytes) {
    this.folders = folders;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads one file.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  byte[] read(Location location) throws FetchException, InterruptedException {
    try {
      Path real = Path.of(location.uri()).toRealPath();
      if (!isBeneathAFolder(real)) {
        throw new FetchException(
            Reason.REFUSED, location + " is a link that leads out of the allowed folders.");
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        throw new FetchException(Reason.REFUSED, location + " is no regular file.");
      }
      try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
        return LimitedContent.read(in, Files.size(real), maxBytes, location);
      }
    } catch (FetchException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (NoSuchFileException e) {
      throw new FetchException(Reason.FAILED, location + " does not exist.", e);
    } catch (IOException e) {
      throw new FetchException(Reason.FAILED, location + " cannot be read: " + e + ".", e);
    }
  }

  /** A folder may itself be a link, and may have been mounted since the start. */
  private boolean isBeneathAFolder(Path real) throws IOException {
    for (Path folder : folders) {
      if (Files.exists(folder) && real.startsWith(folder.toRealPath())) {
        return true;
      }
    }
    return false;
  }
}
