package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.EvaluationTable;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.RunEvaluation;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe eval}: puts a trained run before its task again, also at other lengths. */
@Command(
    name = "eval",
    description =
        "Evaluates a trained run, also at other lengths, with other options of its task or by another"
            + " attention form, and keeps the result in its evaluations.jsonl.")
final class EvalCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(EvalCommand.class);

  private enum Unseen {
    TEST,
    VALIDATION
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A run's directory.")
  private Path path;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      defaultValue = "best",
      description = "best or last. Default: best.")
  private Kept checkpoint;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "test or validation. Default: test.")
  private Unseen split;

  @Option(
      names = "--length",
      paramLabel = "N",
      split = ",",
      description =
          "The tokens of every sequence, in place of the task's minLength and maxLength; more than the"
              + " model was made for where its scheme has no parameters by position. Several lengths:"
              + " --length 16,32,64.")
  private List<Integer> lengths;

  @Option(
      names = "--task",
      paramLabel = "OPTION=VALUE",
      description = "An option of the task, for instance --task minLength=12. Repeatable.")
  private Map<String, String> options = Map.of();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "How many. Default: as the run's config says.")
  private Integer examples;

  @Option(
      names = "--attention",
      paramLabel = "FORM",
      description =
          "Another attention form that has the same parameters: \"fast(degree=4,bound=2)\" for multi-head."
              + " Default: the run's.")
  private String attention;

  @Override
  public Integer call() {
    if (lengths != null && lengths.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--length: found no number; for instance --length 16,32,64");
    }
    CudaBackend.requireUsable();
    RunDirectory directory = RunDirectory.open(path);
    if (options.containsKey("seed")) {
      LOG.warn("another seed of the task gives words other roles than the model has learned");
    }
    List<EvaluationRow> rows = new ArrayList<>();
    try (RunDirectory.Lock lock = directory.lock()) {
      List<RunEvaluation> evaluations = new ArrayList<>();
      if (lengths == null) {
        evaluations.add(evaluation(directory, null));
      } else {
        lengths.forEach(length -> evaluations.add(evaluation(directory, length)));
      }
      evaluations.forEach(each -> rows.add(each.run(Clock.systemUTC())));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(EvaluationTable.text(directory.read(), rows));
    out.flush();
    return ExitCode.OK;
  }

  private RunEvaluation evaluation(RunDirectory directory, Integer length) {
    return new RunEvaluation(
        directory,
        checkpoint.key(),
        Split.valueOf(split.name()),
        new RunEvaluation.Change(TaskOptions.tree(options), length, examples, attention));
  }
}
