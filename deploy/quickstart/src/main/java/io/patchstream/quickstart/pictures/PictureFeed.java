package io.patchstream.quickstart.pictures;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Feeds a training program, which starts it with a seed and talks to it over a pipe. The first line
 * that it writes names the classes, separated by spaces. Each line that it reads asks for pictures,
 * {@code COUNT WIDTH HEIGHT}, and is answered with COUNT times one byte, the class, and the pixels,
 * [height, width, 3].
 */
public final class PictureFeed {

  private PictureFeed() {}

  /** Ends with its input. */
  public static void main(String[] arguments) throws IOException {
    PictureGenerator pictures = new PictureGenerator(Long.parseLong(arguments[0]));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    OutputStream out = new BufferedOutputStream(System.out, 1 << 16);
    out.write(
        (String.join(" ", PictureGenerator.classes()) + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] request = line.split(" ");
      int width = Integer.parseInt(request[1]);
      int height = Integer.parseInt(request[2]);
      for (int i = Integer.parseInt(request[0]); i > 0; i--) {
        Picture picture = pictures.next(width, height);
        out.write(picture.classIndex());
        out.write(picture.rgb());
      }
      out.flush();
    }
  }
}
