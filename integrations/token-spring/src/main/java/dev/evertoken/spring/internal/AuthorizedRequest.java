package dev.evertoken.spring.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Signature;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * One attempt of a request: its address and the header with the token. Its string representation contains no secret.
 * Immutable.
 *
 * @param address the address as it is sent
 * @param header the name of the header with the token
 * @param value the value of that header
 * @param signature the signature, if the provider requires one
 */
public record AuthorizedRequest(URI address, String header, Secret value, Optional<Signature> signature) {

    /**
     * Authorizes one attempt.
     *
     * @param form the body if it is a form that is signed
     * @throws TokenException if the request cannot be signed, or the token may not be sent to its host
     */
    public static AuthorizedRequest of(
            RequestAuthorizer account,
            AccessToken token,
            HttpMethod method,
            URI address,
            HttpHeaders headers,
            Optional<String> form) {
        if (!account.allows(address, token)) {
            throw account.notAllowed(address);
        }
        if (account.signer().isEmpty()) {
            return new AuthorizedRequest(address, Signature.AUTHORIZATION, Secret.of(token.header()), Optional.empty());
        }
        Signature signature = account.sign(token, new ApiRequest(method.name(), address, byName(headers), form));
        return new AuthorizedRequest(
                with(address, signature.query()),
                signature.headerName(),
                signature.authorization(),
                Optional.of(signature));
    }

    /** Returns whether the caller set the header that carries the token. */
    public static boolean isCallers(HttpHeaders headers) {
        return headers.getFirst(Signature.AUTHORIZATION) != null;
    }

    /**
     * Returns the body of a request as text if it is a form, which a signature covers (RFC 5849 section 3.4.1.3.1).
     *
     * @throws TokenException if the form is too large to be signed; nothing was sent
     */
    public static Optional<String> form(RequestAuthorizer account, HttpHeaders headers, byte[] body) {
        if (!isForm(headers)) {
            return Optional.empty();
        }
        if (body.length > ResponseDecider.FORM_BYTES) {
            throw ResponseDecider.unsignable(
                            account,
                            "a form body of more than " + ResponseDecider.FORM_BYTES
                                    + " bytes is not signed; send it as multipart")
                    .reason();
        }
        return Optional.of(new String(body, UTF_8));
    }

    /** Returns whether the headers describe a form. */
    public static boolean isForm(HttpHeaders headers) {
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    /** Adds the headers of a request to others, with the token and without any other value of its header. */
    public void addHeaders(HttpHeaders from, HttpHeaders to) {
        from.forEach((name, values) -> {
            if (!name.equalsIgnoreCase(header)) {
                to.addAll(name, values);
            }
        });
        to.set(header, value.reveal());
    }

    private static Map<String, List<String>> byName(HttpHeaders headers) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        headers.forEach((name, values) -> byName.put(name, List.copyOf(values)));
        return byName;
    }

    /** Adds query parameters; existing parameters of the same names are replaced. */
    private static URI with(URI address, Map<String, Secret> parameters) {
        if (parameters.isEmpty()) {
            return address;
        }
        UriComponentsBuilder builder = UriComponentsBuilder.fromUri(address);
        parameters.forEach((name, parameter) -> builder.replaceQueryParam(encoded(name), encoded(parameter.reveal())));
        return builder.build(true).toUri();
    }

    private static String encoded(String text) {
        return UriUtils.encode(text, UTF_8);
    }

    @Override
    public String toString() {
        return "AuthorizedRequest[to " + address.getHost() + "]";
    }
}
