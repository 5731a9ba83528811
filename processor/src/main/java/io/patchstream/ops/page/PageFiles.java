package io.patchstream.ops.page;

import io.patchstream.ops.http.Answer;
import io.patchstream.ops.http.OperationsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The files of the page, which lie beside this class. */
final class PageFiles {

  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String SVG = "image/svg+xml";

  private static final List<String> SCRIPTS =
      List.of("main", "charts", "dom", "failures", "map", "model", "pictures");

  private PageFiles() {}

  /** The page at {@code /}, what it needs below {@code /page}. */
  static void serve(OperationsServer server) {
    serve(server, "/", "index.html", HTML);
    serve(server, "/page/page.css", "page.css", CSS);
    serve(server, "/page/icon.svg", "icon.svg", SVG);
    for (String script : SCRIPTS) {
      serve(server, "/page/" + script + ".js", script + ".js", SCRIPT);
    }
  }

  private static void serve(OperationsServer server, String path, String file, String type) {
    Answer answer = new Answer(200, type, read(file));
    server.handle(path, () -> answer);
  }

  private static byte[] read(String file) {
    try (InputStream in = PageFiles.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a file of the jar is read", e);
    }
  }
}
