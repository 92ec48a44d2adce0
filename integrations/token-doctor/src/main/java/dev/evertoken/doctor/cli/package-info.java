/** The diagnosis as a command: {@link dev.evertoken.doctor.cli.DoctorMain}. */
@NullMarked
package dev.evertoken.doctor.cli;

import org.jspecify.annotations.NullMarked;
