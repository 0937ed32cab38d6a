package io.github.pelab.cli;

import io.github.pelab.ablation.regression.Baseline;
import io.github.pelab.ablation.regression.Finding.Kind;
import io.github.pelab.ablation.regression.Gate;
import io.github.pelab.ablation.regression.GateRule;
import io.github.pelab.ablation.regression.GateVerdict;
import io.github.pelab.ablation.regression.Judgement;
import io.github.pelab.ablation.regression.Measurement;
import io.github.pelab.ablation.regression.MemberMeasurement;
import io.github.pelab.ablation.regression.Night;
import io.github.pelab.ablation.regression.NightReport;
import io.github.pelab.ablation.regression.Nights;
import io.github.pelab.ablation.regression.Origin;
import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.Cell;
import io.github.pelab.cli.report.TextTable;
import io.github.pelab.train.Saving;
import io.github.pelab.train.TrainingStoppedException;
import io.github.pelab.train.run.LockFile;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code pe nightly}: trains and ablates small configs anew, and says whether anything changed. */
@Command(
    name = "nightly",
    description =
        "Trains and ablates every member of small configs anew, compares what comes out with a"
            + " baseline and with the nights before, and reports PASS, REGRESSION or NO VERDICT.",
    exitCodeOnInvalidInput = NightlyCommand.USAGE,
    exitCodeOnExecutionException = NightlyCommand.INTERNAL,
    exitCodeList = {
      "0:PASS: all is as it was",
      "1:REGRESSION: something is other than it was",
      "2:NO VERDICT: nothing is red, but something could not be judged, for instance without a"
          + " baseline",
      "3:a config, a baseline or the history is missing or wrong",
      "4:the input is right, but the work could not be done",
      NightlyCommand.USAGE + ":the command line cannot be understood",
      NightlyCommand.INTERNAL + ":a fault of this program",
      "130:interrupted, by Ctrl-C; the night does not count"
    })
final class NightlyCommand implements Callable<Integer> {
  // What other commands end with is taken by verdicts here; these are those of sysexits.h.
  static final int USAGE = 64;
  static final int INTERNAL = 70;

  private static final TextTable TABLE =
      new TextTable(
          List.of("config", "looked at", "PASS", "REGRESSION", "NO VERDICT"),
          Set.of("PASS", "REGRESSION", "NO VERDICT"));

  @Spec private CommandSpec spec;

  @ParentCommand private PeCommand pe;

  @Mixin private ProgressOption progressOption;

  @Mixin private NightlyConfigs configs;

  @Option(
      names = "--keep-nights",
      paramLabel = "N",
      defaultValue = "7",
      description =
          "The runs of how many nights stay; what was measured of the others does. Default: 7.")
  private int keepNights;

  @Override
  public Integer call() {
    if (keepNights < 1) {
      throw new ParameterException(
          spec.commandLine(), "--keep-nights: found " + keepNights + "; choose 1 or more");
    }
    CudaBackend.requireUsable();
    List<NightlyConfigs.Config> all = configs.read();
    Nights nights = configs.nights();
    List<Judgement> judgements = new ArrayList<>();
    try (LockFile lock = nights.lock()) {
      // Both are read before the work and not after it: what is wrong is better said now.
      List<Optional<Baseline>> baselines =
          all.stream().map(NightlyConfigs.Config::baseline).toList();
      List<List<Night>> histories =
          all.stream().map(each -> nights.history(each.name()).nights()).toList();
      for (int i = 0; i < all.size(); i++) {
        NightlyConfigs.Config each = all.get(i);
        Judgement judgement =
            Gate.judge(
                GateRule.defaults(), night(each, nights), baselines.get(i), histories.get(i));
        nights.history(each.name()).append(judgement.night());
        nights.keepNewest(each.name(), keepNights);
        judgements.add(judgement);
      }
      nights.report(judgements);
    }
    print(judgements, nights);
    return switch (NightReport.overall(judgements)) {
      case PASS -> 0;
      case REGRESSION -> 1;
      case NO_VERDICT -> 2;
    };
  }

  private Night night(NightlyConfigs.Config config, Nights nights) {
    Instant begun = Instant.now();
    String id = Nights.id(begun);
    Origin origin = null;
    List<Measurement> measurements = new ArrayList<>();
    List<Night.Failure> failures = new ArrayList<>();
    for (NightlyConfigs.Member each : config.members()) {
      try {
        RunDirectory directory =
            RunDirectory.create(nights.of(config.name()), id, each.member().directory());
        new MemberRun(each.member(), each.experiment(), directory, /* ablates= */ true)
            .run(/* again= */ false, progressOption.progress(), Saving.DEFAULT, pe.interruption());
        measurements.add(MemberMeasurement.of(each.member(), each.experiment(), directory));
        if (origin == null) {
          origin = Origin.of(directory.read().provenance());
        }
      } catch (TrainingStoppedException e) {
        throw new TrainingStoppedException(
            config.name() + ": the night was broken off and does not count");
      } catch (RunException e) {
        // The disk's fault, not the member's.
        throw e;
      } catch (RuntimeException e) {
        if (pe.debug()) {
          e.printStackTrace(spec.commandLine().getErr());
        }
        failures.add(MemberMeasurement.failed(each.member(), Failure.of(e).line()));
      }
    }
    return Night.of(config.name(), id, begun, origin, measurements, failures);
  }

  private void print(List<Judgement> judgements, Nights nights) {
    List<List<String>> rows = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Judgement each : judgements) {
      String name = Cell.printable(each.night().name());
      for (Map.Entry<Kind, Map<GateVerdict, Long>> kind : NightReport.counts(each).entrySet()) {
        List<String> row = new ArrayList<>(List.of(name, kind.getKey().text()));
        for (GateVerdict verdict : GateVerdict.values()) {
          row.add(Cell.count(kind.getValue().getOrDefault(verdict, 0L)));
        }
        rows.add(row);
      }
      for (GateVerdict verdict : List.of(GateVerdict.REGRESSION, GateVerdict.NO_VERDICT)) {
        NightReport.lines(each, verdict)
            .forEach(line -> lines.add(Cell.printable(name + ": " + verdict.text() + " " + line)));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(TABLE.text(rows));
    lines.forEach(out::println);
    for (Judgement each : judgements) {
      out.printf("%s: %s%n", Cell.printable(each.night().name()), each.night().verdict().text());
    }
    out.println("report: " + nights.markdown().toAbsolutePath().normalize());
    out.flush();
  }
}
