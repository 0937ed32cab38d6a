package io.github.pelab.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.run.RunRecord.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceCollectorTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private Provenance collect(String kernel) {
    return ProvenanceCollector.collect(directory, NOW, 7, kernel);
  }

  @Test
  void findsOutWhatItIsRunningOn() {
    Provenance provenance = collect("scalar");

    assertThat(provenance.started()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(provenance.finished()).isNull();
    assertThat(provenance.gitCommit()).isEqualTo("unknown");
    assertThat(provenance.peVersion()).matches("\\d+\\.\\d+.*");
    assertThat(provenance.dl4jVersion()).isEqualTo("1.0.0-M2.1");
    assertThat(provenance.jvm()).contains(System.getProperty("java.version"));
    assertThat(provenance.jvmFlags()).contains("-Xmx2g");
    assertThat(provenance.os()).contains(System.getProperty("os.arch"));
    assertThat(provenance.cpu()).isNotBlank();
    assertThat(provenance.cores()).isPositive();
    assertThat(provenance.gpu()).isNotBlank();
    assertThat(provenance.backend()).contains("Backend");
    assertThat(provenance.blas()).matches("[A-Z]+ \\d.*");
    assertThat(provenance.blasThreads()).isPositive();
    assertThat(provenance.kernel()).isEqualTo("scalar");
    assertThat(provenance.seed()).isEqualTo(7);
    assertThat(provenance.fingerprint()).matches("[0-9a-f]{16}");
  }

  @Test
  void theFingerprintIsOfTheMachineAndNotOfTheMoment() {
    assertThat(collect("scalar").fingerprint()).isEqualTo(collect("scalar").fingerprint());
    assertThat(collect("scalar").fingerprint()).isNotEqualTo(collect("vector 256").fingerprint());
    assertThat(ProvenanceCollector.fingerprint("a", "bc"))
        .isNotEqualTo(ProvenanceCollector.fingerprint("ab", "c"));
  }

  @Test
  void namesTheCommitAndWhetherItIsAllThereIs() throws IOException {
    git("init", "-q");
    assertThat(ProvenanceCollector.gitCommit(directory)).isEqualTo("unknown");
    git("-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "m");
    assertThat(ProvenanceCollector.gitCommit(directory)).matches("[0-9a-f]{40}");
    Files.writeString(directory.resolve("x"), "");
    assertThat(ProvenanceCollector.gitCommit(directory)).matches("[0-9a-f]{40}\\+changes");
  }

  private void git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    assertThat(Command.ask(directory, Duration.ofSeconds(20), command)).isPresent();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandMayBeAbsentFailOrHang() {
    Duration patience = Duration.ofMillis(200);
    assertThat(Command.ask(directory, patience, List.of("no-such-program"))).isEmpty();
    assertThat(Command.ask(directory, patience, List.of("false"))).isEmpty();
    assertThat(Command.ask(directory, patience, List.of("sleep", "60"))).isEmpty();
    assertThat(Command.ask(directory, Duration.ofSeconds(20), List.of("echo", "$HOME; id")))
        .contains("$HOME; id");
    assertThat(Command.ask(directory, Duration.ofSeconds(20), List.of("seq", "100000")))
        .hasValueSatisfying(output -> assertThat(output).endsWith("\n100000"));
  }
}
