package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One answer to a validation that is known from a provider's documentation, and what it says about the token.
 *
 * @param line where it stands, as section and case
 * @param problem null if there is none
 */
public record ValidationRow(
        String line,
        int status,
        String body,
        Verdict is,
        @Nullable Problem problem) {

    public void check(Validation validation) {
        assertThat(validation.verdict()).as(validation.detail()).isEqualTo(is);
        assertThat(validation.problem()).isEqualTo(Optional.ofNullable(problem));
    }

    @Override
    public String toString() {
        return line;
    }
}
