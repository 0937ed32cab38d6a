package io.github.pelab.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorTest {

  @Test
  void findsEveryFactOnAMachineThatRunsTests() {
    Doctor doctor = Doctor.examine();
    assertThat(doctor.problem()).isEmpty();
    assertThat(doctor.facts())
        .containsOnlyKeys(
            "JDK", "OS", "CPU", "cores", "memory", "vector width", "ND4J", "BLAS", "GPU");
    assertThat(doctor.facts().get("ND4J")).isEqualTo("1.0.0-M2.1, CpuBackend");
    assertThat(doctor.facts().get("vector width")).matches("\\d+ bits \\(\\d+ floats\\)");
    assertThat(doctor.facts().values()).noneMatch(fact -> fact.contains("null"));
  }

  @Test
  void aProblemComesLast() {
    Doctor doctor =
        new Doctor(Map.of("GPU", "a card"), List.of("a note"), Optional.of("no kernels: do this"));
    assertThat(doctor.text())
        .isEqualTo("GPU  a card\n\nNote: a note.\n\nProblem: no kernels: do this.\n");
  }
}
