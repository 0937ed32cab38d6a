package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.cli.report.SchemeKernel;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ModelConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.spectra.RunContraction;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
  private enum Kept {
    BEST,
    LAST
  }

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
    SyntheticOptions.Defaults defaults =
        synthetic ? SyntheticOptions.Defaults.ALONE : defaults(found);
    // First, as it is quick and tells what is wrong with its options.
    List<SyntheticContraction> random = syntheticOptions.run(defaults, progress);
    List<SchemeKernel> kernels =
        syntheticOptions.kernels(defaults, synthetic ? List.of() : defaults.schemes());
    List<ReportRun> runs = new ArrayList<>();
    for (RunDirectory each : found) {
      measure(each, progress);
      runs.add(ReportRuns.read(each));
    }
    SpectraOutput.write(runs, random, kernels, page(), spec.commandLine().getOut());
    return ExitCode.OK;
  }

  private void measure(RunDirectory run, Progress progress) {
    try (RunDirectory.Lock lock = run.lock()) {
      Experiment experiment = Experiment.of(run);
      new RunContraction(experiment, Math.min(examples, experiment.config().data().test()))
          .write(run, checkpoint.name().toLowerCase(Locale.ROOT), progress);
    }
  }

  /** Random heads of the runs' schemes that have a kernel by lag, in the shape of the first. */
  private static SyntheticOptions.Defaults defaults(List<RunDirectory> runs) {
    List<String> schemes =
        runs.stream()
            .map(run -> Experiment.of(run).config().model().scheme())
            .distinct()
            .filter(scheme -> Schemes.parse(scheme).hasLagKernel())
            .toList();
    Experiment first = Experiment.of(runs.get(0));
    ModelConfig model = first.config().model();
    return new SyntheticOptions.Defaults(
        schemes,
        model.heads(),
        AttentionForms.parse(model.attention()).rotarySize(model.width() / model.heads()),
        first.task().maxLength());
  }

  private Path page() {
    if (output != null) {
      return output;
    }
    Path page = Path.of("spectra.html");
    return directories.size() == 1 ? directories.get(0).resolve(page) : page;
  }
}
