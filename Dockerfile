# The whole service on a CPU. For a GPU, build with a CUDA base image and --build-arg TORCH=...
FROM python:3.11-slim
ARG TORCH=torch==2.13.0
WORKDIR /app
RUN useradd --create-home giffusion && mkdir data && chown giffusion data
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir "$TORCH"
COPY engine engine
COPY bot bot
COPY models models
COPY settings.toml ./
RUN sed '/^torch==/d' constraints.txt > /tmp/constraints.txt \
    && pip install --no-cache-dir -c /tmp/constraints.txt -e .
USER giffusion
# numba keeps what it compiles in the user's home folder, as it can't write beside the packages.
RUN python -m engine.media.warm_up
VOLUME /app/data
EXPOSE 8080
# The web chat has no login: publish its port to people you trust.
ENV GIFFUSION_WEB__HOST=0.0.0.0
CMD ["giffusion", "run"]
