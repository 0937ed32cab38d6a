package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubspaceTest {

  /** The bases are turned and mixed; what they span is the same, or has a known angle to it. */
  @Test
  void theBasisDoesNotMatter() {
    Random random = new Random(1);
    double[][] columns = Examples.gaussian(20, 3, random);
    double[][] mixed = Examples.product(columns, Examples.gaussian(3, 3, random));
    double[][] others = Examples.gaussian(20, 3, random);

    Subspace subspace = Subspace.spannedBy(columns);

    assertThat(subspace.anglesTo(Subspace.spannedBy(mixed)))
        .containsExactly(new double[3], within(1e-12));
    // Three of twenty directions at random are nearly orthogonal to three others.
    assertThat(subspace.anglesTo(Subspace.spannedBy(others))[0]).isGreaterThan(0.3);
  }

  /**
   * Planes spanned by e1, e2 and by cos a e1 + sin a e3, e2: angles 0 and a. Tiny and right ones.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 0.4, Math.PI / 2 - 1e-9, Math.PI / 2})
  void anglesAreThoseTheyAreMadeWith(double angle) {
    Subspace plane = Subspace.spannedBy(new double[][] {{1, 1}, {0, 1}, {0, 0}, {0, 0}});
    Subspace tilted =
        Subspace.spannedBy(
            new double[][] {{Math.cos(angle), 0}, {0, 1}, {Math.sin(angle), 0}, {0, 0}});

    assertThat(plane.anglesTo(tilted)).containsExactly(new double[] {0, angle}, within(1e-15));
    assertThat(tilted.anglesTo(plane)).containsExactly(new double[] {0, angle}, within(1e-15));
  }

  @Test
  void ofDifferentDimensionsTheSmallerOneCounts() {
    Subspace line = Subspace.spannedBy(new double[][] {{1}, {1}, {1}});
    Subspace plane = Subspace.spannedBy(new double[][] {{1, 0}, {0, 1}, {0, 0}});
    double expected = Math.asin(Math.sqrt(1.0 / 3));

    assertThat(line.anglesTo(plane)).containsExactly(new double[] {expected}, within(1e-15));
    assertThat(plane.anglesTo(line)).containsExactly(new double[] {expected}, within(1e-15));
  }

  /** 3·u1v1ᵀ + 2·u2v2ᵀ + u3v3ᵀ with u the unit vectors. */
  @Test
  void leadingDirectionsAreThoseOfTheLargestSingularValues() {
    double[][] matrix = {{0, 1, 0}, {0, 0, 2}, {3, 0, 0}};

    Subspace leading = Subspace.leading(matrix, 2);

    Subspace expected = Subspace.spannedBy(new double[][] {{0, 0}, {1, 0}, {0, 1}});
    assertThat(leading.anglesTo(expected)).containsExactly(new double[2], within(1e-15));
    Subspace overKeys = Subspace.leading(Examples.transposed(matrix), 2);
    assertThat(overKeys.anglesTo(expected)[1]).isCloseTo(Math.PI / 2, within(1e-15));
  }

  @Test
  void rejectsWhatIsNoSubspace() {
    double[][] dependent = {{1, 2}, {2, 4}, {3, 6}};
    double[][] twoEqual = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0.5}};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.spannedBy(dependent))
        .withMessageContaining("found 2 of rank 1; give independent ones");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.spannedBy(new double[][] {{1, 2}}))
        .withMessageContaining("found 2 of rank 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.leading(twoEqual, 1))
        .withMessageContaining("singular values 1 and 2 are equal");
    assertThat(Subspace.leading(twoEqual, 2).basis()[0]).hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.leading(dependent, 2))
        .withMessageContaining("dimension: found 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.leading(twoEqual, 4))
        .withMessageContaining("give one from 1 to 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subspace.leading(twoEqual, 0))
        .withMessageContaining("found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Subspace.leading(twoEqual, 2).anglesTo(Subspace.spannedBy(new double[][] {{1}})))
        .withMessageContaining("of 1 dimensions' space, this is of 3");
  }
}
