package dev.evertoken.providers.description;

/**
 * The form of a request about a token: a revocation or a validation. Immutable.
 *
 * <p>The default is that of RFC 7009 and RFC 7662: a POST of a form with the token in {@code token}, by the client.
 *
 * <p>The constructor rejects a GET with a body, and a request that names no token, with {@link IllegalArgumentException}.
 *
 * @param method the HTTP method
 * @param parameters where the token and the further parameters are
 * @param tokenParameter the name of the parameter of the token
 * @param token which token the request is about
 * @param authorization who makes the request
 */
public record EndpointRequest(
        Method method, Parameters parameters, String tokenParameter, Token token, Authorization authorization) {

    /** The request of the RFCs. */
    public static final EndpointRequest OF_THE_RFC =
            new EndpointRequest(Method.POST, Parameters.FORM, "token", Token.REFRESH_TOKEN, Authorization.CLIENT);

    /** An HTTP method. */
    public enum Method {
        GET,
        POST,
        DELETE
    }

    /** Where parameters are. */
    public enum Parameters {
        /** In a form in the body. */
        FORM,
        /** In a JSON object in the body. */
        JSON,
        /** In the query of the address. */
        QUERY,
        /** There are none: the authorization names the token. */
        NONE
    }

    /** A token of an account. */
    public enum Token {
        /** The refresh token, or the access token if there is no refresh token. A validation is always about the latter. */
        REFRESH_TOKEN,
        ACCESS_TOKEN
    }

    /** Who makes a request. */
    public enum Authorization {
        /** The client, in the way that is described for the endpoint, which may be none. */
        CLIENT,
        /** The user, with the access token as in a request to the API. */
        USER_TOKEN
    }

    public EndpointRequest {
        if (method == Method.GET && (parameters == Parameters.FORM || parameters == Parameters.JSON)) {
            throw new IllegalArgumentException("method GET has no body; set parameters to QUERY or NONE");
        }
        if (parameters == Parameters.NONE && authorization == Authorization.CLIENT) {
            throw new IllegalArgumentException(
                    "parameters NONE and authorization CLIENT name no token; set authorization to USER_TOKEN");
        }
        if (tokenParameter.isBlank()) {
            throw new IllegalArgumentException("tokenParameter is blank");
        }
    }

    /** Returns a request with a method and with its parameters in a place, by the client. */
    public static EndpointRequest of(Method method, Parameters parameters) {
        return new EndpointRequest(method, parameters, "token", Token.REFRESH_TOKEN, Authorization.CLIENT);
    }

    /** Returns a request with a method that the user's access token authorizes, without parameters. */
    public static EndpointRequest asUser(Method method) {
        return asUser(method, Parameters.NONE);
    }

    /** Returns a request with a method and with its parameters in a place, which the user's access token authorizes. */
    public static EndpointRequest asUser(Method method, Parameters parameters) {
        return new EndpointRequest(method, parameters, "token", Token.REFRESH_TOKEN, Authorization.USER_TOKEN);
    }

    /** Returns the same request with another name of the parameter of the token. */
    public EndpointRequest tokenParameter(String name) {
        return new EndpointRequest(method, parameters, name, token, authorization);
    }

    /** Returns the same request about the access token. */
    public EndpointRequest ofAccessToken() {
        return new EndpointRequest(method, parameters, tokenParameter, Token.ACCESS_TOKEN, authorization);
    }
}
