package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of one registered client in this process: whether its provider accepts it. Immutable.
 *
 * @param registration the id under which the client is registered
 * @param providerId the provider's id
 * @param refreshModel how the provider refreshes tokens
 * @param problem why the client's accounts are not refreshed at the moment; empty if they are
 * @param detail the provider's refusal in one sentence without secrets; empty text if there is no problem
 * @param until no account of the client is refreshed before then, and after it one account at first; empty if there is
 *     no problem
 * @param usesPreviousSecret whether the provider has refused the client secret to this process and accepted {@link
 *     dev.evertoken.model.ClientRegistration#previousSecret}, which is in use since then
 */
public record ClientStatus(
        String registration,
        String providerId,
        RefreshModel refreshModel,
        Optional<Problem> problem,
        String detail,
        Optional<Instant> until,
        boolean usesPreviousSecret) {

    /** Returns whether accounts of this client may be refreshed now. */
    public boolean isOpen() {
        return problem.isEmpty();
    }
}
