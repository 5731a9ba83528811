package io.patchstream.plots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of HTML around pictures in its own folder. It has no script and loads nothing else; all
 * texts are escaped.
 */
final class Page {

  private static final String FILE = "index.html";

  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem;
        font: 1rem/1.55 system-ui, sans-serif; background: #f6f6f4; color: #222; }
      h1 { font-size: 1.7rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.25rem; margin: 3rem 0 .4rem; }
      p { max-width: 46rem; margin: .4rem 0; overflow-wrap: anywhere; }
      figure { margin: 1.2rem 0; padding: .5rem; background: #fff; border: 1px solid #ddd;
        border-radius: .5rem; width: fit-content; max-width: 100%; box-sizing: border-box; }
      img { display: block; max-width: 100%; height: auto; }
      .facts { color: #5c5c5c; }
      .missing { padding: .6rem .9rem; border-left: .25rem solid #b8860b; background: #fff6dc; }
      @media (prefers-color-scheme: dark) {
        body { background: #17181a; color: #e6e6e6; }
        .facts { color: #a5a5a5; }
        figure { border-color: #17181a; }
        .missing { background: #33301f; }
      }
      """;

  private final Path folder;
  private final String title;
  private final String facts;
  private final List<String> body = new ArrayList<>();

  /**
   * An empty page.
   *
   * @param folder of the page and its pictures, which is there
   * @param facts a line about what the page shows
   */
  Page(Path folder, String title, String facts) {
    this.folder = folder;
    this.title = title;
    this.facts = facts;
  }

  /** A part of the page begins. */
  void section(String heading, String text) {
    body.add("<h2>%s</h2>".formatted(escaped(heading)));
    body.add("<p>%s</p>".formatted(escaped(text)));
  }

  /** Why something is not drawn. */
  void missing(String why) {
    body.add("<p class=\"missing\">%s</p>".formatted(escaped(why)));
  }

  /**
   * A picture, which is written into the folder.
   *
   * @param file its name: letters, digits, hyphens and dots
   * @param text what it shows, for those who do not see it
   */
  void picture(String file, Sheet sheet, String text) throws IOException {
    sheet.write(folder.resolve(file));
    body.add(
        "<figure><img src=\"%s\" width=\"%d\" alt=\"%s\"></figure>"
            .formatted(file, sheet.width(), escaped(text)));
  }

  /** Writes it; returns its file. */
  Path write() throws IOException {
    String html =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <h1>%s</h1>
        <p class="facts">%s</p>
        %s
        </body>
        </html>
        """
            .formatted(
                escaped(title), STYLE, escaped(title), escaped(facts), String.join("\n", body));
    return Files.writeString(folder.resolve(FILE), html);
  }

  /** A text as HTML shows it, also within quotes. */
  static String escaped(String text) {
    StringBuilder html = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }
}
