package io.github.pelab.cli;

import io.github.pelab.cli.doctor.Doctor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pe doctor}: prints what runs would use, and ends with 4 if they would fail. */
@Command(
    name = "doctor",
    description = "Says what this machine offers, and whether runs can work on it.")
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Doctor doctor = Doctor.examine();
    spec.commandLine().getOut().print(doctor.text());
    spec.commandLine().getOut().flush();
    return doctor.problem().isPresent() ? ExitCode.RUN : ExitCode.OK;
  }
}
