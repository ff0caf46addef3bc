# Gives the three users their passwords, as the bearer of the admin's certificate. What it needs stands in the environment:
# URL of a node, CERTIFICATES (the folder), ADMIN_PASSWORD, WRITER_PASSWORD, READER_PASSWORD.
set -eu

give() {
    # Through a pipe: the arguments of a process are there for everybody to see.
    printf '{"password": "%s"}' "$(printf %s "$2" | sed 's/[\\"]/\\&/g')" |
        curl --silent --show-error --fail-with-body \
            --cacert "$CERTIFICATES/ca.pem" --cert "$CERTIFICATES/admin.pem" --key "$CERTIFICATES/admin-key.pem" \
            --header 'Content-Type: application/json' --request PUT --data-binary @- \
            "$URL/_plugins/_security/api/internalusers/$1"
}

give admin "$ADMIN_PASSWORD"
give dateline_writer "$WRITER_PASSWORD"
give dateline_reader "$READER_PASSWORD"
