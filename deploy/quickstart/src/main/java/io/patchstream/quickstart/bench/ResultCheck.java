package io.patchstream.quickstart.bench;

import io.patchstream.schemas.ImageClassification;

/**
 * Holds each result against what has to come next: of every partition all images, each once, in
 * order, each with its own answer.
 *
 * <p>Image n goes to partition n modulo the partitions, so the k-th result of a partition is known.
 */
final class ResultCheck {

  private final Workload workload;
  private final int[] order;
  private final Answers answers;
  private final int[] perPartition;
  private int count;

  /**
   * No result has come.
   *
   * @param order which picture of the workload each image is
   */
  ResultCheck(Workload workload, int[] order, Answers answers, int partitions) {
    this.workload = workload;
    this.order = order;
    this.answers = answers;
    perPartition = new int[partitions];
  }

  /**
   * One result.
   *
   * @param partition of the labels topic
   * @param number of the image that it says it is of
   * @throws WrongResultException if another had to come, or another answer
   */
  void accept(int partition, int number, ImageClassification result) throws WrongResultException {
    int due = partition + perPartition.length * perPartition[partition]++;
    if (number != due || due >= order.length) {
      throw new WrongResultException(
          "Partition %d gave the result of image %d where that of image %d was due, of %d sent: lost, doubled or out of order."
              .formatted(partition, number, due, order.length));
    }
    BenchPicture picture = workload.pictures().get(order[number]);
    if (!picture.id().equals(result.getImageId())
        || !answers.match(order[number], result.getPredictions())) {
      throw new WrongResultException(
          "Image %d, %s, ended as %s with %s; alone it gives %s (scores within %s of each other)."
              .formatted(
                  number,
                  picture.id(),
                  result.getImageId(),
                  result.getPredictions(),
                  answers.pictures().get(order[number]),
                  answers.tolerance()));
    }
    count++;
  }

  /** Results that have come, all of them right. */
  int count() {
    return count;
  }

  /** Whether all have come. */
  boolean isComplete() {
    return count == order.length;
  }
}
