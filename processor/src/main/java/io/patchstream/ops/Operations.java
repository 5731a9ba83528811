package io.patchstream.ops;

import io.patchstream.config.Settings;
import io.patchstream.inference.Engine;
import io.patchstream.ops.http.OperationsServer;
import io.patchstream.ops.page.LivePage;
import io.patchstream.ops.page.ModelCard;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.ResultTap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators see of the process, from before the model is opened to the very end; or nothing,
 * if the settings say so.
 *
 * <ul>
 *   <li>{@code /health/live}: 200, or 503 where only a restart helps: the stream or the engine has
 *       failed, or a run of the model does not come back.
 *   <li>{@code /health/ready}: 200 once the model is warm and as long as the stream runs or moves
 *       partitions, otherwise 503.
 *   <li>{@code /health}: all that is known, as JSON, with the status of {@code /health/ready}.
 *   <li>{@code /metrics}: all that is measured, for Prometheus.
 *   <li>{@code /}: the live page, where the settings want it.
 * </ul>
 */
public final class Operations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final Health health = new Health();
  private final OperationsServer server; // null: none
  private final Metrics metrics; // null where there is no server
  private final LivePage page; // null: none

  private Operations(OperationsServer server, LivePage page) {
    this.server = server;
    metrics = server == null ? null : new Metrics(() -> health.report().ready());
    this.page = page;
    if (server != null) {
      server.handle("/metrics", request -> metrics.scrape(request.getFirst("Accept")));
      server.handle("/health", () -> health.report().whole());
      server.handle("/health/live", () -> health.report().liveness());
      server.handle("/health/ready", () -> health.report().readiness());
    }
    if (page != null) {
      page.serve(server);
    }
  }

  /**
   * Answers from now on that the process lives, and is not ready.
   *
   * @throws IOException if nothing can listen where the settings say
   */
  public static Operations open(Settings settings) throws IOException {
    String host = settings.httpHost();
    int port = settings.httpPort();
    if (port == Settings.NO_HTTP) {
      return new Operations(null, null);
    }
    try {
      OperationsServer server = OperationsServer.start(host, port);
      LivePage page =
          settings.httpPage()
              ? new LivePage(settings.imageLimits(), settings.imageExifOrientation())
              : null;
      Operations operations = new Operations(server, page);
      log.info(
          "Health and metrics{} at {}",
          page == null ? "" : " and the live page",
          operations.url().orElseThrow());
      return operations;
    } catch (IOException e) {
      throw new IOException(
          ("Nothing can listen at %s:%d, as %s and %s say: %s. Give another port, 0 for any free one"
                  + " or -1 for none.")
              .formatted(host, port, Settings.HTTP_HOST, Settings.HTTP_PORT, e.getMessage()),
          e);
    }
  }

  /** Where it is answered; empty where it is not. */
  public Optional<String> url() {
    return Optional.ofNullable(server).map(OperationsServer::address).map(Operations::url);
  }

  private static String url(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return "http://%s:%d"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
  }

  /** What the stream is to show of its images. */
  public ResultTap tap() {
    return page == null ? ResultTap.NONE : page;
  }

  /** The engine is warm and the stream started: the process is ready once it reads. */
  public void watch(Engine engine, ClassificationStream stream, ModelCard card) {
    health.watch(engine, stream);
    if (metrics != null) {
      metrics.watch(engine, stream);
    }
    if (page != null) {
      page.watch(engine, stream, card);
    }
  }

  /** From now on the process is not ready; it lives until it ends. */
  public void stopping() {
    health.stopping();
  }

  @Override
  public void close() {
    if (page != null) {
      page.close();
    }
    if (server != null) {
      server.close();
      metrics.close();
    }
  }
}
