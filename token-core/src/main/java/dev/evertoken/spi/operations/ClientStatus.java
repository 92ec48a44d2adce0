package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import java.time.Instant;
import java.util.Optional;

/**
 * The health of one registered client in this process: whether its provider accepts it, and if not, since when, until
 * when and why. {@link TokenOperations#clients()} returns the clients of an engine.
 *
 * <p>A process knows the outcome of its own calls only. A client that no account of this process has used has no
 * problem. The problem of a client is reported by each account that needs a refresh meanwhile, and no account is
 * changed for it. Immutable.
 *
 * @param registration the id under which the client is registered
 * @param providerId the provider's id
 * @param refreshModel how the provider refreshes tokens
 * @param problem why the provider does not serve the client, from its last refusal until it accepts the client again;
 *     empty if there is no such refusal
 * @param detail the provider's refusal in one sentence without secrets; empty text if there is no problem
 * @param since when the provider first refused the client, without accepting it since; empty if there is no problem
 * @param until no account of the client is refreshed before then, and after it one account at first; empty if there is
 *     no problem, or if one account may be refreshed now to find out whether the problem is over
 * @param usesPreviousSecret whether the provider has refused the client secret to this process and accepted {@link
 *     dev.evertoken.model.ClientRegistration#previousSecret}, which is in use since then
 */
public record ClientStatus(
        String registration,
        String providerId,
        RefreshModel refreshModel,
        Optional<Problem> problem,
        String detail,
        Optional<Instant> since,
        Optional<Instant> until,
        boolean usesPreviousSecret) {

    /**
     * Returns whether accounts of this client may be refreshed now; with a {@link #problem}, one account at first.
     */
    public boolean isOpen() {
        return until.isEmpty();
    }
}
