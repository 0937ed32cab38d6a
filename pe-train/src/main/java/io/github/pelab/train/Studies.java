package io.github.pelab.train;

import java.util.Optional;

/**
 * What looks at a network while it is trained.
 *
 * @param epochs at the end of epochs
 * @param steps after updates
 */
public record Studies(Optional<EpochStudy> epochs, Optional<StepStudy> steps) {
  /** Nothing looks. */
  public static final Studies NONE = new Studies(Optional.empty(), Optional.empty());

  /** One of epochs alone. */
  public static Studies of(EpochStudy study) {
    return new Studies(Optional.of(study), Optional.empty());
  }

  /** One of steps alone. */
  public static Studies of(StepStudy study) {
    return new Studies(Optional.empty(), Optional.of(study));
  }
}
