package dev.evertoken.mirror.receiver;

import dev.evertoken.model.TokenKey;
import java.util.Optional;

/**
 * Says to which account the user id of a request belongs, after it has checked that the sender may act for this user.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface AccountResolver {

    /**
     * Returns the account; empty to refuse the request.
     *
     * @param request the request, with the headers by which the sender authenticates itself. A signature has been
     *     verified already if the receiver has keys
     * @param userId the user id of the path, decoded; not trusted otherwise
     */
    Optional<TokenKey> account(ReceivedRequest request, String userId);
}
