package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Graph, scalar and vector kernels sum in different orders, one of them in double precision: what
 * they differ by is what machines may differ by.
 */
class ProbeTest {
  private static final String KERNEL = "pe.kernel";

  @AfterEach
  void asItWas() {
    System.clearProperty(KERNEL);
  }

  static List<Sweep.Member> members() {
    List<Sweep.Member> members = new ArrayList<>();
    for (Path config : ShippedBaselinesTest.configs()) {
      Experiment.configs().read(config).members().stream()
          .filter(member -> member.label().endsWith("seed1"))
          .forEach(members::add);
    }
    return members;
  }

  private static Measurement probed(Sweep.Member member, String kernel) {
    System.setProperty(KERNEL, kernel);
    Probe probe = Probe.of(Experiment.of(member.config(), "config"));
    assertThat(probe.faults()).isEmpty();
    Measurement of = Made.measurement(member.label(), 1, 1, Made.HERE);
    return Made.with(of, 0, of.parameters(), of.layers(), probe.numbers(), List.of());
  }

  @ParameterizedTest
  @MethodSource("members")
  void roundingIsFarBelowWhatIsRed(Sweep.Member member) {
    Measurement vector = probed(member, "vector");
    double tolerance = GateRule.defaults().probe();
    for (String other : List.of("scalar", "graph")) {
      assertThat(Gate.probesApart(vector, probed(member, other)))
          .as(other)
          .isLessThan(tolerance / 20);
    }
  }

  @Test
  void anotherFormulaIsFarAboveIt() {
    List<Sweep.Member> all = members();
    assertThat(all).hasSizeGreaterThan(4);
    double tolerance = GateRule.defaults().probe();
    for (Sweep.Member one : all) {
      for (Sweep.Member other : all) {
        if (!one.hash().equals(other.hash())) {
          assertThat(Gate.probesApart(probed(one, "vector"), probed(other, "vector")))
              .as("%s and %s", one.label(), other.label())
              .isGreaterThan(10 * tolerance);
        }
      }
    }
  }
}
