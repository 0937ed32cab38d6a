package io.github.pelab.cli;

import io.github.pelab.ablation.regression.Baseline;
import io.github.pelab.ablation.regression.BaselineDiff;
import io.github.pelab.ablation.regression.Measurement;
import io.github.pelab.ablation.regression.Night;
import io.github.pelab.ablation.regression.Nights;
import io.github.pelab.cli.report.Cell;
import io.github.pelab.train.run.LockFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pe baseline}: what {@code pe nightly} compares with. */
@Command(name = "baseline", description = "Writes what pe nightly compares with.")
final class BaselineCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: accept");
  }

  /** What a command is to write. */
  private record Acceptance(Path file, Baseline baseline, Optional<Baseline> before) {}

  @Command(
      name = "accept",
      description =
          "Makes the last night of each config its baseline, and prints what thereby changes.")
  void accept(@Mixin NightlyConfigs configs) {
    Nights nights = configs.nights();
    List<Acceptance> acceptances = new ArrayList<>();
    try (LockFile lock = nights.lock()) {
      for (NightlyConfigs.Config each : configs.read()) {
        Night night = nights.acceptable(each.name());
        requireSameMembers(each, night);
        Optional<Baseline> before = each.baseline();
        acceptances.add(
            new Acceptance(each.baselineFile(), Baseline.of(night, before, Instant.now()), before));
      }
      // None is written if any cannot be.
      for (Acceptance each : acceptances) {
        each.baseline().write(each.file());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Acceptance each : acceptances) {
      List<String> lines = BaselineDiff.lines(each.before(), each.baseline());
      lines.forEach(line -> out.println(Cell.printable(line)));
      out.printf(
          "%s: the night of %s, commit %s; %s%n",
          each.file(),
          each.baseline().night(),
          each.baseline().origin().gitCommit(),
          lines.isEmpty() ? "nothing has changed" : lines.size() + " changes");
    }
    out.flush();
  }

  private static void requireSameMembers(NightlyConfigs.Config config, Night night) {
    List<String> now = config.members().stream().map(each -> each.member().hash()).toList();
    List<String> then = night.measurements().stream().map(Measurement::configHash).toList();
    if (!now.equals(then)) {
      throw new IllegalArgumentException(
          "%s: the config has changed since its night of %s; let pe nightly do another"
              .formatted(config.name(), night.time()));
    }
  }
}
