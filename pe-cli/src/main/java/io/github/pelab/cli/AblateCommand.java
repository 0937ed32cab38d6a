package io.github.pelab.cli;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.AblationConfig.Part;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe ablate}: ablates a run's heads again, and reports on that run. */
@Command(name = "ablate", description = "Ablates every head of a trained run, and reports.")
final class AblateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ProgressOption progressOption;

  @Parameters(paramLabel = "RUN", description = "A run's directory.")
  private Path path;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "What replaces a head's output: mean, zero, resample or as-released, without the switches of"
              + " the run's config. Default: as that config says.")
  private Mode mode;

  @Option(
      names = "--part",
      paramLabel = "PART",
      description =
          "What of a head is ablated: output, or what it scores with: rotation, lag-bias, content or"
              + " rotary. Default: as the run's config says.")
  private Part part;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      defaultValue = "best",
      description = "best or last. Default: best.")
  private Kept checkpoint;

  @Override
  public Integer call() throws IOException {
    CudaBackend.requireUsable();
    RunDirectory directory = RunDirectory.open(path);
    Experiment experiment = Experiment.of(directory);
    AblationConfig config = experiment.config().ablation();
    config = mode == null ? config : config.withMode(mode);
    config = part == null ? config : config.withPart(part);
    try (RunDirectory.Lock lock = directory.lock()) {
      RunAblation.ablate(directory, experiment, config, checkpoint, progressOption.progress());
      RunPortraits.draw(directory, experiment, progressOption.progress());
    }
    ReportOutput.write(
        List.of(ReportRuns.read(directory)),
        path.resolve("report.html"),
        spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
