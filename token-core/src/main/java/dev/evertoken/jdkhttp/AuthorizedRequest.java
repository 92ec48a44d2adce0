package dev.evertoken.jdkhttp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One attempt of a request, with its token. Its string representation contains no secret. Immutable.
 *
 * @param request the request as it is sent
 * @param signature the signature, if the provider requires one
 */
record AuthorizedRequest(HttpRequest request, Optional<Signature> signature) {

    static final String AUTHORIZATION = "Authorization";

    /** @throws TokenIOException if the request cannot be signed, or the token may not be sent to its host */
    static AuthorizedRequest of(RequestAuthorizer source, HttpRequest request, AccessToken token)
            throws TokenIOException {
        if (!source.allows(request.uri(), token)) {
            throw new TokenIOException(source.notAllowed(request.uri()));
        }
        if (source.signer().isEmpty()) {
            return new AuthorizedRequest(
                    bare(request, AUTHORIZATION)
                            .header(AUTHORIZATION, token.header())
                            .build(),
                    Optional.empty());
        }
        if (source.signer().filter(RequestSigner::readsForms).isPresent() && hasForm(request)) {
            throw ResponseDecider.unsignable(
                    source,
                    "a form body cannot be signed here, because java.net.http does not allow it to be read beforehand;"
                            + " put the parameters in the query, send JSON, or use OkHttp");
        }
        Signature signature = sign(source, request, token);
        HttpRequest signed = bare(request, signature.headerName())
                .uri(with(request.uri(), signature.query()))
                .header(signature.headerName(), signature.authorization().reveal())
                .build();
        return new AuthorizedRequest(signed, Optional.of(signature));
    }

    /** Returns the name of the header that has the token. */
    String header() {
        return signature.map(Signature::headerName).orElse(AUTHORIZATION);
    }

    private static Signature sign(RequestAuthorizer source, HttpRequest request, AccessToken token)
            throws TokenIOException {
        try {
            return source.sign(
                    token,
                    new ApiRequest(
                            request.method(), request.uri(), request.headers().map(), Optional.empty()));
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private static HttpRequest.Builder bare(HttpRequest request, String header) {
        return HttpRequest.newBuilder(
                request, (name, value) -> !name.equalsIgnoreCase(AUTHORIZATION) && !name.equalsIgnoreCase(header));
    }

    private static boolean hasForm(HttpRequest request) {
        boolean form = request.headers()
                .firstValue("Content-Type")
                .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded"))
                .isPresent();
        return form
                && request.bodyPublisher()
                        .filter(body -> body.contentLength() != 0)
                        .isPresent();
    }

    /** Adds query parameters; existing parameters of the same names are replaced. */
    private static URI with(URI address, Map<String, Secret> parameters) {
        if (parameters.isEmpty()) {
            return address;
        }
        String query = address.getRawQuery() == null ? "" : address.getRawQuery();
        Stream<String> kept = Arrays.stream(query.split("&", -1))
                .filter(pair -> !pair.isEmpty() && !parameters.containsKey(name(pair)));
        Stream<String> added = parameters.entrySet().stream()
                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue().reveal()));
        String all = Stream.concat(kept, added).collect(Collectors.joining("&"));
        String whole = address.toString();
        int end = whole.indexOf('#') < 0 ? whole.length() : whole.indexOf('#');
        int start = whole.indexOf('?') < 0 ? end : Math.min(whole.indexOf('?'), end);
        return URI.create(whole.substring(0, start) + "?" + all + whole.substring(end));
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Override
    public String toString() {
        return "AuthorizedRequest[" + request.method() + " to " + request.uri().getHost() + "]";
    }
}
