/** A diagnosis of the stored accounts, the store and the process. Start at {@link dev.evertoken.doctor.TokenDoctor}. */
@NullMarked
package dev.evertoken.doctor;

import org.jspecify.annotations.NullMarked;
