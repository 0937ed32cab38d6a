package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.cli.report.SchemeKernel;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ModelConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.spectra.RunContraction;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe spectra}: whether positions contract the spectra of logits. */
@Command(
    name = "spectra",
    description =
        "Tells whether positions contract the spectra of attention logits: of random heads, and of"
            + " trained runs, also during their training where their configs had it watched.")
final class SpectraCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ProgressOption progressOption;

  @Mixin private SyntheticOptions syntheticOptions;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Directory of a trained run, or of several.")
  private List<Path> directories = List.of();

  @Option(names = "--synthetic", description = "Of random heads alone; no RUN is needed.")
  private boolean synthetic;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      defaultValue = "best",
      description = "Of runs: best or last. Default: best.")
  private Kept checkpoint;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of runs: examples of the test split. Default: ${DEFAULT-VALUE}.")
  private int examples;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The page. Default: spectra.html, in RUN if there is one RUN, else in the working directory.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    if (synthetic != directories.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          synthetic
              ? "--synthetic is of random heads alone; leave it, or the runs, out"
              : "a run is missing: name one, or give --synthetic");
    }
    if (!synthetic) {
      CudaBackend.requireUsable();
    }
    Progress progress = progressOption.progress();
    List<RunDirectory> found = synthetic ? List.of() : ReportRuns.find(directories);
    ReportPage.requirePlace(page());
    List<RunDirectory> usable = new ArrayList<>();
    for (RunDirectory each : found) {
      keep(found.size(), () -> each.result(checkpoint.key())).ifPresent(x -> usable.add(each));
    }
    // First, as it is quick and tells what is wrong with its options.
    List<SyntheticContraction> random = new ArrayList<>();
    List<SchemeKernel> kernels = new ArrayList<>();
    for (SyntheticOptions.Defaults each :
        synthetic ? List.of(SyntheticOptions.Defaults.ALONE) : shapes(usable)) {
      random.addAll(syntheticOptions.run(each, progress));
      kernels.addAll(syntheticOptions.kernels(each, synthetic ? List.of() : each.schemes()));
    }
    List<ReportRun> runs = new ArrayList<>();
    for (RunDirectory each : usable) {
      keep(found.size(), () -> measured(each, progress)).ifPresent(runs::add);
    }
    if (synthetic || !runs.isEmpty()) {
      SpectraOutput.write(runs, random, kernels, page(), spec.commandLine().getOut());
    }
    if (runs.size() < found.size()) {
      throw new IllegalStateException(
          "%d of %d runs are left out; the reasons are above"
              .formatted(found.size() - runs.size(), found.size()));
    }
    return ExitCode.OK;
  }

  /** What is wrong with one run of several is said, and no reason to lose the others. */
  private <T> Optional<T> keep(int runs, Supplier<T> what) {
    try {
      return Optional.of(what.get());
    } catch (RunException | IllegalArgumentException e) {
      if (runs == 1) {
        throw e;
      }
      spec.commandLine().getErr().println("pe: " + e.getMessage());
      return Optional.empty();
    }
  }

  private ReportRun measured(RunDirectory run, Progress progress) {
    try (RunDirectory.Lock lock = run.lock()) {
      Experiment experiment = Experiment.of(run);
      new RunContraction(experiment, Math.min(examples, experiment.config().data().test()))
          .write(run, checkpoint.key(), progress);
    }
    return ReportRuns.read(run);
  }

  /** Random heads of the runs' schemes that have a kernel by lag, in the shapes of their heads. */
  private static List<SyntheticOptions.Defaults> shapes(List<RunDirectory> runs) {
    record Shape(int heads, int headSize, int length) {}
    Map<Shape, Set<String>> schemes = new LinkedHashMap<>();
    for (RunDirectory run : runs) {
      Experiment experiment = Experiment.of(run);
      ModelConfig model = experiment.config().model();
      if (Schemes.parse(model.scheme()).hasLagKernel()) {
        int headSize =
            AttentionForms.parse(model.attention()).rotarySize(model.width() / model.heads());
        schemes
            .computeIfAbsent(
                new Shape(model.heads(), headSize, experiment.task().maxLength()),
                shape -> new LinkedHashSet<>())
            .add(model.scheme());
      }
    }
    return schemes.entrySet().stream()
        .map(
            each ->
                new SyntheticOptions.Defaults(
                    List.copyOf(each.getValue()),
                    each.getKey().heads(),
                    each.getKey().headSize(),
                    each.getKey().length()))
        .toList();
  }

  private Path page() {
    if (output != null) {
      return output;
    }
    Path page = Path.of("spectra.html");
    return directories.size() == 1 ? directories.get(0).resolve(page) : page;
  }
}
