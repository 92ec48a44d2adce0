package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One documented response to a validation, with the expected verdict on the token.
 *
 * @param line the section and case of the fact sheet
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
