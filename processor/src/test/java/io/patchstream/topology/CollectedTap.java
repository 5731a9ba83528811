package io.patchstream.topology;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it sees; wants nothing until it is told to. */
final class CollectedTap implements ResultTap {

  final List<Classified> classified = new ArrayList<>();
  final List<Failed> failed = new ArrayList<>();
  volatile boolean wants;

  @Override
  public boolean wants(int bytes) {
    return wants;
  }

  @Override
  public void classified(Classified image) {
    classified.add(image);
  }

  @Override
  public void failed(Failed image) {
    failed.add(image);
  }
}
