# The tool and nothing else: it needs no network when it runs, and no root.
#   docker build -t hapikey-migrator .
#   docker run --rm --network none -v "$PWD:/code" hapikey-migrator scan
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/hapikey && /opt/hapikey/bin/pip install --no-cache-dir -q .

FROM python:3.12-slim
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends git && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 hapikey \
    && git config --system --add safe.directory '*'
COPY --from=build /opt/hapikey /opt/hapikey
ENV PATH=/opt/hapikey/bin:$PATH PYTHONUNBUFFERED=1
USER hapikey
WORKDIR /code
ENTRYPOINT ["hapikey-migrator"]
CMD ["scan"]
