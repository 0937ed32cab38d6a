/**
 * The {@code pe} command. A class here reads arguments, calls what does the work, and prints the
 * result; the work itself lives in the other packages and modules.
 */
package io.github.pelab.cli;
