/** What this machine is, and whether ND4J can run on it. */
package io.github.pelab.cli.doctor;
