package dev.evertoken.imports;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.util.List;
import java.util.Optional;

/** Reads the JSON files of Google's libraries and quickstarts. Stateless. */
final class GoogleFiles {

    private static final List<String> ACCESS_TOKEN = List.of("token", "access_token");
    private static final List<String> EXPIRY = List.of("expiry", "token_expiry", "expiry_date");

    private GoogleFiles() {}

    static ImportedAccount authorizedUser(TokenFields fields) {
        refuseOtherFiles(fields);
        if (fields.text("type").filter(type -> !type.equals("authorized_user")).isPresent()) {
            throw fields.fault("has another \"type\" than authorized_user");
        }
        fields.require("refresh_token", "client_id", "client_secret");
        return ofClient(fields, fields.tokens());
    }

    static ImportedAccount tokenJson(TokenFields fields) {
        refuseOtherFiles(fields);
        return ofClient(fields, fields.tokens(ACCESS_TOKEN, EXPIRY));
    }

    private static ImportedAccount ofClient(TokenFields fields, TokenSet tokens) {
        Optional<String> clientId = fields.secret("client_id").map(Secret::reveal);
        return ImportedAccount.of(tokens)
                .ofUser(fields.text("account"))
                .ofClient(clientId, fields.secret("client_secret"));
    }

    /** Refuses files of Google that are easily confused with the file of a user, with advice. */
    private static void refuseOtherFiles(TokenFields fields) {
        if (fields.text("type").filter("service_account"::equals).isPresent()) {
            throw fields.fault("is the key of a service account, which has no refresh token; import a file of type"
                    + " authorized_user, such as that of \"gcloud auth application-default login\"");
        }
        if (fields.has("installed") || fields.has("web")) {
            throw fields.fault(
                    "is the client's file of the Google console, which has no tokens; import the file that the"
                            + " program wrote after the consent, usually token.json");
        }
    }
}
