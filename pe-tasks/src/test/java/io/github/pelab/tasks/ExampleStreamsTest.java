package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.ToLongBiFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleStreamsTest {
  private static final int INDICES = 100_000;

  @Test
  void noTwoStreamsOfAKeyHaveEqualSeeds() {
    ExampleStreams streams = new ExampleStreams("distance/1", 1);
    assertThat(distinctSeeds(streams::seed)).isEqualTo(3L * INDICES);
  }

  @Test
  void theCheckFindsSplitsThatMeet() {
    assertThat(distinctSeeds((split, index) -> split.name().length() ^ index))
        .isLessThan(3L * INDICES);
  }

  @Test
  void theSharedStreamIsNoSplits() {
    ExampleStreams streams = new ExampleStreams("distance/1", 1);
    long first = streams.shared(0).nextLong();
    assertThat(streams.shared(0).nextLong()).isEqualTo(first);
    for (Split split : Split.values()) {
      assertThat(streams.example(split, 0).nextLong()).isNotEqualTo(first);
    }
  }

  @Test
  void generatorAndTaskSeedBothMatter() {
    assertThat(
            Stream.of(
                    new ExampleStreams("distance/1", 1),
                    new ExampleStreams("distance/1", 2),
                    new ExampleStreams("distance/2", 1),
                    new ExampleStreams("distance/", '1'),
                    new ExampleStreams("", 1))
                .map(streams -> streams.seed(Split.TRAIN, 0)))
        .doesNotHaveDuplicates();
  }

  /** Each bit of the first draw depends on each low bit of the index with probability 1/2. */
  @Test
  void neighbouringIndicesGiveUnrelatedDraws() {
    ExampleStreams streams = new ExampleStreams("distance/1", 1);
    long flipped =
        LongStream.range(0, INDICES)
            .map(
                i ->
                    Long.bitCount(
                        streams.example(Split.TRAIN, i).nextLong()
                            ^ streams.example(Split.TRAIN, i ^ 1).nextLong()))
            .sum();
    // Pairs are counted twice, so 32·INDICES independent bits: sd 4·√(INDICES/2)·2.
    double sd = 8 * Math.sqrt(INDICES / 2.0);
    assertThat((double) flipped).isBetween(32.0 * INDICES - 4 * sd, 32.0 * INDICES + 4 * sd);
  }

  @Test
  void anIndexOutsideTheCounterIsRefused() {
    ExampleStreams streams = new ExampleStreams("distance/1", 1);
    assertThat(streams.example(Split.TEST, (1L << 61) - 1)).isNotNull();
    for (long index : new long[] {-1, 1L << 61, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> streams.example(Split.TEST, index))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("index: found " + index + "; give one from 0 to 2^61 - 1");
    }
  }

  private static long distinctSeeds(ToLongBiFunction<Split, Long> seed) {
    return Arrays.stream(Split.values())
        .flatMapToLong(
            split -> LongStream.range(0, INDICES).map(index -> seed.applyAsLong(split, index)))
        .distinct()
        .count();
  }
}
