package dev.evertoken.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The formats of token files that can be read.
 *
 * <p>An access token without a time of expiry is left out if the file has a refresh token too, because nothing shows
 * whether it is still valid. The first use of the account then obtains another one. Later versions may add constants:
 * keep a default branch in a {@code switch}. Immutable.
 */
public enum TokenFileFormat {
    /**
     * The {@code authorized_user} file of Google's libraries, such as {@code application_default_credentials.json}: a
     * client and a refresh token.
     */
    GOOGLE_AUTHORIZED_USER("the Google authorized_user file") {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            return List.of(GoogleFiles.authorizedUser(content.fields()));
        }
    },
    /** The {@code token.json} of Google's quickstarts for Python and Node.js. */
    GOOGLE_TOKEN_JSON("the Google token.json") {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            return List.of(GoogleFiles.tokenJson(content.fields()));
        }
    },
    /**
     * The file {@code StoredCredential} that the {@code FileDataStoreFactory} of google-http-client writes. It has an
     * account for each user id; one without tokens is left out. The file is parsed, and no object of it is created.
     */
    GOOGLE_STORED_CREDENTIAL("the StoredCredential file", 16 * 1024 * 1024) {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            return StoredCredentials.accounts(content);
        }
    },
    /** The token of rclone: the JSON of the setting {@code token} and of {@code rclone authorize}. */
    RCLONE_TOKEN("the rclone token") {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            return List.of(RcloneFiles.token(content.fields()));
        }
    },
    /** An {@code rclone.conf} that is not encrypted. It has an account for each remote with a token. */
    RCLONE_CONFIG("the rclone.conf") {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            return RcloneFiles.remotes(content);
        }
    },
    /** The JSON that programs with stravalib save, or the token response of Strava itself. */
    STRAVALIB("the stravalib file") {
        @Override
        List<ImportedAccount> parse(TokenFileContent content) {
            TokenFields fields = content.fields();
            return List.of(ImportedAccount.of(fields.tokens())
                    .ofUser(fields.inner("athlete").flatMap(athlete -> athlete.text("id"))));
        }
    };

    private static final int ONE_MEBIBYTE = 1024 * 1024;

    private final String subject;
    private final int maxBytes;

    TokenFileFormat(String subject) {
        this(subject, ONE_MEBIBYTE);
    }

    TokenFileFormat(String subject, int maxBytes) {
        this.subject = subject;
        this.maxBytes = maxBytes;
    }

    abstract List<ImportedAccount> parse(TokenFileContent content);

    /**
     * Returns the accounts of a file.
     *
     * @throws IOException if the file cannot be read
     * @throws TokenFileException if it is not a file of this format, or has no usable tokens
     */
    public List<ImportedAccount> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /**
     * Returns the accounts of a file whose content is read from a stream. The stream is not closed.
     *
     * @throws IOException if the stream cannot be read
     * @throws TokenFileException if the content is not of this format, is larger than a file of this format can be, or
     *     has no usable tokens
     */
    public List<ImportedAccount> read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new TokenFileException(subject + " is larger than " + maxBytes + " bytes");
        }
        return parse(new TokenFileContent(subject, bytes));
    }
}
