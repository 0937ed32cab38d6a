package io.github.pelab.train;

/** Training was asked to stop, has saved where it was, and can go on from there. */
public final class TrainingStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingStoppedException(String message) {
    super(message);
  }
}
