package dev.evertoken.spring.web;

import dev.evertoken.model.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Determines the account of the user who is logged in. Implementations are thread-safe.
 *
 * <pre>{@code
 * AccountResolver resolver = (request, registration) -> Optional.ofNullable(request.getUserPrincipal())
 *         .map(user -> TokenKey.of(registration, user.getName()));
 * }</pre>
 */
@FunctionalInterface
public interface AccountResolver {

    /**
     * Returns the account that the user who is logged in has at a registration; empty without a login. The user
     * must come from the login, never from a parameter of the request.
     *
     * @param registration the id of the client registration, from the address of the request
     */
    Optional<TokenKey> account(HttpServletRequest request, String registration);

    /**
     * Returns a resolver that uses the name of {@link HttpServletRequest#getUserPrincipal()}, which Spring Security
     * sets, as the account's id.
     */
    static AccountResolver ofPrincipal() {
        return (request, registration) ->
                Optional.ofNullable(request.getUserPrincipal()).map(user -> TokenKey.of(registration, user.getName()));
    }
}
