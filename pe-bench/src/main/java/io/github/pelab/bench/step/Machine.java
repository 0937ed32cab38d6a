package io.github.pelab.bench.step;

import static java.util.Locale.ROOT;

import io.github.pelab.train.run.ProvenanceCollector;
import io.github.pelab.train.run.RunRecord.Provenance;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;

/** Where numbers come from. */
final class Machine {
  private Machine() {}

  /** As a line of text. The load is what others asked of the machine just before. */
  static String describe() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Provenance found =
        ProvenanceCollector.collect(Path.of("").toAbsolutePath(), Instant.now(), 0, "");
    return String.format(
        ROOT,
        "%s, %d cores, load %.1f, %s. %s, Deeplearning4j %s. PE Lab %s at commit %s. %s.",
        found.cpu(),
        found.cores(),
        load,
        found.os(),
        found.jvm(),
        found.dl4jVersion(),
        found.peVersion(),
        found.gitCommit(),
        found.started());
  }
}
